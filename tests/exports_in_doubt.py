"""Raw exports that can be read in two ways, or in none: what is open must be told, all at once."""

from export_writers import TRUTH, Export, german, text_file, thousand

_EARLY = TRUTH[TRUTH["day"].dt.day <= 12].reset_index(drop=True)
_HEAD = "customer,date,amount"

IN_DOUBT = (
    Export(
        "thousands or decimals",
        text_file("customer;date;amount", money=thousand, mark=";"),
        refused=("decimal",),
    ),
    Export(
        "days up to 12 only", text_file(_HEAD, "%d/%m/%Y", rows=_EARLY), refused=("date_order",)
    ),
    Export(
        "thousands or decimals, and one stray number",
        text_file("customer;date;amount", money=thousand, mark=";", after="K0001;2024-01-05;9.5\n"),
        refused=("decimal",),
    ),
    Export(
        "days up to 12, and one stray date",
        text_file(
            _HEAD,
            "%d/%m/%Y",
            rows=TRUTH.assign(day=TRUTH["day"].map(lambda d: d.replace(day=1 + d.day % 12))),
            after="K0001,02/28/2024,9.50\n",
        ),
        refused=("date_order",),
    ),
    Export(
        "both at once",
        text_file("customer;date;amount", "%d/%m/%Y", thousand, ";", rows=_EARLY),
        refused=("decimal", "date_order"),
    ),
    Export(
        "mixed dates",
        text_file(_HEAD, lambda d: d.strftime("%d/%m/%Y" if d.year == 2023 else "%m/%d/%Y")),
        refused=("date_order",),
    ),
    Export(
        "mixed marks",
        text_file(
            "customer;date;amount", money=lambda v: f"{v:.2f}" if v > 700 else german(v), mark=";"
        ),
        refused=("decimal",),
    ),
    Export(
        "unit price for an amount",
        text_file(
            "customer,date,quantity,unit price,amount",
            line=lambda w, d, p, i: f"{w},{d},{1 + i % 3},{p},{p}",
        ),
        refused=("amount",),
    ),
    Export("a price alone", text_file("customer,date,price"), refused=("amount",)),
    Export(
        "net and gross",
        text_file(
            "customer,date,net amount,gross amount", line=lambda w, d, p, i: f"{w},{d},{p},9{p}"
        ),
        refused=("amount",),
    ),
    Export(
        "several ids",
        text_file(
            "customer id,household id,date,amount", line=lambda w, d, p, i: f"{w},H{i},{d},{p}"
        ),
        refused=("customer",),
    ),
    Export(
        "a number of lines for an id",
        text_file("customer,id,date,amount", line=lambda w, d, p, i: f"{i},{w},{d},{p}"),
        refused=("customer",),
    ),
    Export(
        "euros and pounds",
        text_file(_HEAD, money=lambda v: f"£{v:.2f}" if v > 700 else f"€{v:.2f}"),
        refused=("currency",),
    ),
    Export(
        "two currencies in a column",
        text_file(
            "customer,date,amount,currency",
            line=lambda w, d, p, i: f"{w},{d},{p},{'GBP' if i % 5 else 'EUR'}",
        ),
        refused=("currency",),
    ),
    Export(
        "two currencies in a column of another name",
        text_file(
            "customer,date,amount,Transaction Currency",
            line=lambda w, d, p, i: f"{w},{d},{p},{'GBP' if i % 5 else 'EUR'}",
        ),
        refused=("currency",),
    ),
    Export(
        "two currencies in a column that only its cells tell",
        text_file(
            "customer,date,amount,Whg",
            line=lambda w, d, p, i: f"{w},{d},{p},{'' if i == 3 else 'CHF' if i % 5 else 'EUR'}",
        ),
        refused=("currency",),
    ),
    Export(
        "two columns of currencies that only their cells tell",
        text_file(
            "customer,date,amount,Whg,Land",
            line=lambda w, d, p, i: (
                f"{w},{d},{p},{'CHF' if i % 5 else 'EUR'},{'USD' if i % 3 else 'EUR'}"
            ),
        ),
        refused=("currency_code",),
    ),
    Export(
        "no amounts",
        text_file("customer,date", line=lambda w, d, p, i: f"{w},{d}"),
        refused=("amount",),
    ),
    Export(
        "commas within and between",
        text_file(_HEAD, money=lambda v: f"{v:.2f}".replace(".", ",")),
        refused=("lines",),
    ),
    Export(
        "states nobody knows",
        text_file(
            "customer,date,amount,status",
            line=lambda w, d, p, i: f"{w},{d},{p},{'Q7' if i % 2 else 'paid'}",
        ),
        refused=("status",),
    ),
    Export(
        "rounded ids",
        text_file(_HEAD, line=lambda w, d, p, i: f"9.7E+15,{d},{p}"),
        refused=("customer",),
    ),
)
