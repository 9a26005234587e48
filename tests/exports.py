"""Raw exports of a made-up shop, each ugly in its own way, and what an intake must make of each.

All write the same purchases (`TRUTH`) unless they say otherwise. `Export.refused` are the fields of the
faults that must be told, all at once; without any the log must be the truth, to the cent.
"""

from export_writers import (
    Export,
    bare,
    dialect,
    german,
    invoice_line,
    json_lines,
    lines_of,
    nested_lines,
    parquet,
    public_sheet,
    sheet,
    structs,
    text_file,
    two_files,
)
from exports_in_doubt import IN_DOUBT

_ZH = "客户编号,交易日期,实付金额"
_HEAD = "customer,date,amount"
_GUESTS = "".join(
    f"{w},2024-01-{d:02d},9.5\n" for d, w in enumerate(["Guest", "", "NULL", "0", "Laufkunde"], 1)
)

EXPORTS = (
    Export("plain", text_file(_HEAD)),
    Export(
        "german", text_file("Kundennummer;Belegdatum;Umsatz", "%d.%m.%Y", german, ";", "cp1252")
    ),
    Export(
        "german, titles and a total",
        text_file(
            "Kd-Nr.;Datum;Währung;Nettobetrag",
            "%d.%m.%y",
            lambda v: german(v) + " €",
            encoding="cp1252",
            before="Umsatzliste Müller GmbH\nStand 01.02.2025\n\n",
            after=";;;1.234.567,89\n",
            line=lambda who, day, paid, _: f"{who};{day};EUR;{paid}",
        ),
        left_out=("total",),
    ),
    Export("a currency in the header", text_file("Kunde;Datum;Betrag EUR", money=german, mark=";")),
    Export(
        "two currencies in headers",
        text_file("Kunde,Datum,Betrag EUR,Betrag USD", line=lambda w, d, p, i: f"{w},{d},{p},9{p}"),
        refused=("amount",),
    ),
    Export(
        "a sign that is another currency than the header's",
        text_file(
            "Kunde;Datum;Betrag EUR", money=lambda v: f"{'£' if v > 700 else ''}{v:.2f}", mark=";"
        ),
        refused=("currency",),
    ),
    Export(
        "a total with no day",
        text_file(_HEAD, after="Summe 2024,,123456.78\n"),
        left_out=("total",),
    ),
    Export(
        "french",
        text_file(
            "N° client;Date d'achat;Montant TTC",
            "%d/%m/%Y",
            lambda v: f"{v:,.2f}".replace(",", "\u202f").replace(".", ","),
            ";",
        ),
    ),
    Export("spanish", text_file("Código cliente;Fecha;Importe", "%d-%m-%Y", german, ";", "cp1252")),
    Export("chinese", text_file(_ZH, "%Y年%m月%d日", "{:.2f}元".format)),
    Export("chinese, gb18030", text_file(_ZH, "%Y/%m/%d", encoding="gb18030")),
    Export(
        "taiwan, big5",
        text_file("會員編號,訂單日期,銷售額", "%Y/%m/%d", "NT${:.2f}".format, encoding="big5"),
    ),
    Export(
        "japanese, shift_jis",
        text_file("顧客番号,購入日,購入金額", "%Y/%m/%d", encoding="cp932", end="\r\n"),
    ),
    Export(
        "american",
        text_file("Customer ID,Order Date,Order Total", "%m/%d/%Y", lambda v: f'"${v:,.2f}"'),
    ),
    Export("times of day", text_file(_HEAD, "%m/%d/%Y 11:30 PM")),
    Export("months by name", text_file(_HEAD, "%d-%b-%y")),
    Export(
        "swiss",
        text_file(
            "Kunde|Datum|Betrag (CHF)", "%d.%m.%Y", lambda v: f"{v:,.2f}".replace(",", "'"), "|"
        ),
    ),
    Export(
        "utf-16 from a spreadsheet",
        text_file("customer\tdate\tamount", mark="\t", encoding="utf-16", name="export.txt"),
    ),
    Export("packed", text_file(_HEAD, name="export.csv.gz", encoding="utf-8-sig")),
    Export("compact dates", text_file(_HEAD, "%Y%m%d")),
    Export(
        "quoted",
        text_file(_HEAD, line=lambda w, d, p, i: f'"{w}","{d}","{p}"', encoding="utf-8-sig"),
    ),
    Export("guests", text_file(_HEAD, after=_GUESTS), left_out=("no_customer", "shared_customer")),
    Export(
        "totals by month",
        text_file(_HEAD, after="Summe,2024-01-28,630.00\nSub-Total,2024-02-28,630.00\n"),
        left_out=("total",),
    ),
    Export("workbook", sheet(["Kundennummer", "Datum", "Umsatz"], title=2)),
    Export("workbook of day numbers", sheet(["customer", "date", "amount"], serial=True)),
    Export(
        "workbook of two like sheets",
        sheet(["customer", "date", "amount"], sheets=2),
        refused=("sheet",),
    ),
    Export(
        "workbook, one sheet named",
        sheet(["customer", "date", "amount"], sheets=2),
        said=("sheet=Blatt 1",),
    ),
    Export("workbook, numbers and texts", sheet(["customer", "date", "amount"], text=True)),
    Export(
        "parquet",
        parquet(
            {
                "user_id": lambda t: t["who"],
                "timestamp": lambda t: t["day"],
                "revenue": lambda t: t["paid"],
            }
        ),
    ),
    Export("json lines", json_lines),
    Export("json lines with fields within fields", nested_lines),
    Export(
        "a key with a point beside a field within a field",
        lines_of(
            lambda w, d, p, i: {
                "customer.id": w,
                "customer": {"id": f"B{i}"},
                "date": d,
                "amount": p,
            }
        ),
        refused=("customer",),
    ),
    Export(
        "a key with a point, said",
        lines_of(
            lambda w, d, p, i: {
                "customer.id": f"B{i}",
                "customer": {"id": w},
                "date": d,
                "amount": p,
            }
        ),
        said=("customer=customer/id",),
    ),
    Export(
        "two currencies within a field",
        lines_of(
            lambda w, d, p, i: {
                "customer": w,
                "date": d,
                "total": {"amount": p, "currency": "GBP" if i % 3 else "EUR"},
            }
        ),
        refused=("currency",),
    ),
    Export("parquet with fields within columns", structs),
    Export(
        "one known name, and a comma in each line",
        text_file("Kundennr;Tag des Kaufs;Bezahlt", money=german, mark=";"),
        refused=("date", "amount"),
    ),
    Export("a till's short names", text_file("Cust. No.,Date of sale,Amount")),
    Export(
        "invoice lines with returns",
        text_file(
            "Rechnungsnr;Kunde;Datum;Menge;Einzelpreis", "%d.%m.%Y", german, line=invoice_line
        ),
    ),
    Export(
        "cancelled orders",
        text_file(
            "customer,date,amount,order status",
            line=lambda w, d, p, i: (
                f"{w},{d},{p},Completed" + (f"\n{w},{d},77.00,Cancelled" if i % 9 == 0 else "")
            ),
        ),
        left_out=("cancelled",),
    ),
    Export("two files", two_files(0)),
    Export("two files that overlap", two_files(20), refused=("repeated",)),
    Export(
        "two files that overlap, once",
        two_files(20),
        said=("repeated=once",),
        left_out=("repeated",),
    ),
    Export(
        "other names, said",
        text_file("wer,wann,wieviel"),
        said=("customer=wer", "date=wann", "amount=wieviel"),
    ),
    Export("other names", text_file("wer,wann,wieviel"), refused=("customer", "date", "amount")),
    *IN_DOUBT,
    Export("no header", lambda folder: [bare(folder)], refused=("customer", "date", "amount")),
)

#: Ways to write a public log, by name.
DIALECTS = (
    ("german", dialect("Kunde;Datum;Umsatz", ";", "%d.%m.%Y", german, "cp1252")),
    ("american", dialect("Customer|Date|Amount", "|", "%m/%d/%Y", "${:,.2f}".format, "utf-8")),
    ("chinese", dialect(_ZH, ",", "%Y年%m月%d日", "{:.2f}".format, "gb18030")),
    (
        "spreadsheet",
        dialect("customer\tdate\tamount", "\t", "%d-%b-%y", "{:.2f}".format, "utf-16"),
    ),
    ("workbook", public_sheet),
)
