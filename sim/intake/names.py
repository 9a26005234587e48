"""Names by which columns are recognised, in English, German, French, Spanish, Chinese and Japanese.

A strong name says what a column is for; a weak one only where no column has a strong one. Two columns
of equally strong names are two readings, and nobody but the client can tell which is meant.
"""

import re
import unicodedata
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache

from sim.intake.amounts import CURRENCY_OF

#: Codes of currencies that the name of a column may end or begin with.
COMMON = "EUR USD GBP CHF CNY JPY TWD HKD CAD AUD SEK NOK DKK PLN MXN BRL INR KRW".split()
#: Twice the letters that two names have in common, over all of both, from which on they are near.
_NEAR = 0.8
#: Signs that several currencies have.
SHARED_SIGNS = {
    "$": ("USD", "CAD", "AUD", "HKD", "TWD", "MXN", "BRL"),
    "¥": ("CNY", "JPY"),
    "￥": ("CNY", "JPY"),
    "元": ("CNY", "TWD"),
    "KR": ("SEK", "NOK", "DKK"),
}

#: By role the strong names, then weaker ones; parted by commas.
_NAMES = {
    "customer": (
        """customer id, customer, cust id, cust no, cust number, cust,
        customer no, customer number, customer code, customer key,
        client id, user id, household id, member id, card id, member no, member number,
        card number, card no, loyalty card, loyalty id, loyalty no, shopper id, buyer id,
        kundennummer, kundennr, kunden nr, kunden id, kunde, kdnr, kd nr, debitor, debitorennummer,
        kartennummer, karten nr, mitgliedsnummer, mitgliedsnr, client, numero client, n client,
        no client, code client, id client, num client, numero de client, carte client, cliente,
        id cliente, codigo cliente,
        numero cliente, numero de cliente, cod cliente, n cliente, socio, 客户编号, 客户id,
        客户号, 客户代码, 客户, 会员号, 会员编号, 会员id, 会员卡号, 用户id, 用户编号, 顾客编号,
        顾客id, 买家id, 客戶編號, 會員編號, 會員卡號, 客戶代號, 顧客id, 顧客番号, 顧客コード,
        会員番号, 会員id, お客様番号, 得意先コード""",
        """account id, account no, account number, account, id, email, e mail, customer name, name,
        kundenname, nom client, 姓名, 氏名""",
    ),
    "date": (
        """date, order date, transaction date, purchase date, invoice date, sale date, sales date,
        date of sale, date of purchase, date sold,
        datum, belegdatum, rechnungsdatum, bestelldatum, kaufdatum, buchungsdatum, verkaufsdatum,
        buchungstag, kauftag, verkaufstag, order timestamp, order ts, order time, purchase time,
        date de commande, date commande, date d achat, date achat, date facture, date de facture,
        date de vente, fecha, fecha de compra, fecha compra, fecha pedido, fecha factura,
        fecha venta, fecha de venta, 日期, 订单日期, 交易日期, 购买日期, 消费日期, 销售日期,
        訂單日期, 交易時間, 購買日期, 交易时间, 下单时间, 购买时间, 消费时间, 日付, 購入日,
        注文日, 取引日, 売上日, 購入日時, 注文日時, 取引日時""",
        """timestamp, transaction timestamp, datetime, date time, created at, day, time, tag,
        zeitstempel, zeit, uhrzeit, jour, horodatage, dia, 时间, 付款时间, 支付时间, 付款時間,
        日時""",
        "month, year month, monat, mois, mes, 月份, 月, 年月",  # only where nothing says a day
    ),
    "amount": (
        """amount, sales value, value, sales, spend, revenue, total, order total, order value,
        net amount, gross amount, monetary value, line total, total amount, total price,
        net sales, gross sales, amount paid, turnover, betrag, umsatz, summe, gesamtbetrag,
        umsatz brutto, umsatz netto, betrag brutto, betrag netto,
        rechnungsbetrag, nettobetrag, bruttobetrag, nettoumsatz, bruttoumsatz, gesamtpreis,
        warenwert, zeilenbetrag, montant, montant ttc, montant ht, montant total, total ttc,
        total ht, chiffre d affaires, ca, importe, importe total, monto, ventas, valor,
        total venta, 金额, 实付金额, 订单金额, 交易金额, 销售额, 消费金额, 总金额, 支付金额,
        实付款, 实收金额, 实收, 付款金额, 成交金额,
        金額, 總金額, 銷售額, 訂單金額, 購入金額, 売上, 売上金額, 合計, 合計金額,
        税込金額, 税抜金額""",
        "stated amount",
    ),
    "quantity": (
        """quantity, qty, units, pieces, n items, menge, anzahl, stuckzahl, stuck, quantite, qte,
        nombre, cantidad, unidades, cant, 数量, 购买数量, 件数, 數量, 個数, 点数""",
        "",
    ),
    "price": (
        """unit price, price per unit, item price, price, einzelpreis, stuckpreis, preis,
        prix unitaire, prix, pu, precio unitario, precio, 单价, 單價, 价格, 単価, 価格""",
        "",
    ),
    "invoice": (
        """invoice, invoice no, invoice number, invoice id, order id, order no, order number, order,
        basket id, receipt, receipt no, transaction id, ticket, rechnungsnummer, rechnungsnr,
        rechnung nr, belegnummer, belegnr, bestellnummer, auftragsnummer, auftragsnr, bonnummer,
        bon nr, bon, facture, numero facture, n facture, numero de facture, numero commande,
        n commande, commande, factura, numero de factura, numero factura, n factura, pedido,
        numero de pedido, 订单号, 订单编号, 发票号, 交易号, 小票号, 訂單編號, 發票號碼, 注文番号,
        伝票番号, レシート番号""",
        "",
    ),
    "currency_code": (
        """currency, currency code, wahrung, wahrungscode, devise, monnaie, moneda, divisa, 币种, 货币,
        幣別, 通貨""",
        "",
    ),
    "channel": (
        """channel, sales channel, order channel, purchase channel, shopping channel, kanal,
        vertriebskanal, verkaufskanal, bestellkanal, absatzkanal, canal, canal de vente,
        canal d achat, canal de venta, canal de compra, 渠道, 销售渠道, 购买渠道,
        订单渠道, 通路, 銷售通路, 購買通路, チャネル, 販売チャネル, 購入チャネル, 販路""",
        "",
    ),
    "contacts.date": (
        """date, sent, sent at, sent on, send date, date sent, mailing date, contact date, timestamp,
        datum, versanddatum, versendet, versendet am, gesendet, gesendet am, kontaktdatum, date d envoi,
        envoye le, date de contact, fecha, fecha de envio, fecha envio, fecha de contacto, 日期, 发送时间,
        发送日期, 触达时间, 發送時間, 發送日期, 送信日, 送信日時, 配信日, 配信日時""",
        "created at, day, time, tag, zeit, zeitstempel, jour, dia, 时间, 日時",
    ),
    "tickets.date": (
        """date, opened, opened at, opened on, created, created at, created on, open date, ticket date,
        received, received at, datum, erstellt, erstellt am, eroffnet, eroffnet am, eingang,
        eingangsdatum, date de creation, cree le, ouvert le, fecha, fecha de creacion, creado, abierto,
        日期, 创建时间, 创建日期, 受理时间, 建立時間, 建立日期, 作成日, 作成日時, 受付日, 受付日時""",
        "timestamp, day, time, tag, zeit, jour, dia, 时间, 日時",
    ),
    "tickets.amount": (  # only what says minutes: a time alone may be in seconds or hours
        """minutes, handling minutes, minutes spent, minutes of handling, minuten, bearbeitungsminuten,
        minutes de traitement, minutos, minutos de atencion, 分钟, 处理分钟, 分鐘, 處理分鐘, 対応分数""",
        "",
    ),
    "tickets.status": (
        "",
        """kind, type, category, ticket type, contact reason, reason, art, typ, kategorie, anliegen,
        grund, motif, categorie, tipo, motivo, categoria, 类型, 工单类型, 类别, 問題類型, 種別, 区分,
        問い合わせ種別""",
    ),
    "survey.date": (
        """date, answered, answered at, submitted, submitted at, response date, survey date, completed at,
        datum, beantwortet, beantwortet am, antwortdatum, umfragedatum, date de reponse, repondu le,
        fecha, fecha de respuesta, respondido, 日期, 提交时间, 回答时间, 回答日期, 填寫時間, 回答日,
        回答日時""",
        "timestamp, created at, day, time, tag, zeit, jour, dia, 时间, 日時",
    ),
    "survey.amount": (
        """score, rating, satisfaction, csat, nps, nps score, satisfaction score, answer, response, grade,
        bewertung, zufriedenheit, punkte, note, antwort, evaluation, puntuacion, satisfaccion,
        valoracion, respuesta, 评分, 满意度, 打分, 評分, 滿意度, 評価, 満足度, 点数""",
        "",
    ),
    "customers.date": (
        """joined, joined at, joined on, join date, joining date, date joined, date of joining,
        member since, customer since, registered, registered at, registered on, registration date,
        sign up date, signed up, signed up at, beitritt, beitrittsdatum, eintritt,
        eintrittsdatum, registriert am, registrierungsdatum, anmeldedatum, kunde seit, mitglied seit,
        date d inscription, inscrit le, date d adhesion, client depuis, membre depuis,
        fecha de alta, alta, fecha de registro, cliente desde, socio desde, 注册时间, 注册日期,
        入会日期, 入会时间, 加入日期, 註冊日期, 註冊時間, 入會日期, 入會時間, 登録日, 登録日時, 入会日,
        会員登録日""",
        "created, created at, created on, angelegt am, date, datum, fecha, 日期, 日付",
    ),
    "customers.status": (
        """source, customer source, acquisition source, acquisition channel, lead source, referral source,
        how did you hear about us, heard from, heard about us, won by, came by, quelle, herkunft,
        kundenherkunft, kundenquelle, gewonnen durch, aufmerksam geworden durch, origine,
        origine du client, source d acquisition, comment nous avez vous connu, origen,
        origen del cliente, como nos conocio, 来源, 客户来源, 会员来源, 获客来源, 获客渠道, 來源,
        客戶來源, 會員來源, 獲客管道, 流入経路, 認知経路, 来店きっかけ, 入会きっかけ""",
        "",
    ),
    "status": (
        """status, order status, transaction type, state, bestellstatus, belegart, vorgangsart,
        statut, etat, type de transaction, estado, estado del pedido, tipo de transaccion,
        订单状态, 状态, 交易状态, 交易类型, 訂單狀態, 狀態, 交易狀態, 交易類型, 交易類別, 交易別,
        ステータス, 注文状況, 取引区分""",
        "type, typ, tipo, 类型, 類型, 類別, 区分, art",
    ),
}


def plain(name: str) -> str:
    """Return a name without what clients write in many ways: case, accents, blanks, marks, width.

    Examples
    --------
    >>> plain("Kunden-Nr."), plain("N° client"), plain("Währung")
    ('kundennr', 'nclient', 'wahrung')
    """
    apart = unicodedata.normalize("NFKD", name.replace("°", "").casefold())
    return "".join(c for c in apart if c.isalnum())


def bare(name: str) -> str:
    """Return the `plain` name of a column without its unit: ``Amount (EUR)``, ``Umsatz €``."""
    text = unicodedata.normalize("NFKC", name)
    text = text.split("(")[0].split("[")[0].split(" in ")[0]
    words = _parts(text)
    if len(words) > 1 and currency_of(words[-1]):
        words = words[:-1]
    elif len(words) > 1 and currency_of(words[0]):
        words = words[1:]
    return plain(" ".join(words))


def currency_in(name: str) -> str | None:
    """Return the currency that the name of a column tells, first or last.

    Examples
    --------
    >>> currency_in("Amount (EUR)"), currency_in("Umsatz in chf"), currency_in("Betrag")
    ('EUR', 'CHF', None)
    """
    words = _parts(unicodedata.normalize("NFKC", name))
    found = (currency_of(word) for word in (words[-1:] + words[:1]) if len(words) > 1)
    return next(filter(None, found), None)


def currency_of(word: str) -> str | None:
    """Return the currency that a word is the code or the sign of; a sign that several have as it is."""
    code = CURRENCY_OF.get(word.upper(), word.upper())
    return code if code in (*COMMON, *CURRENCY_OF.values(), *SHARED_SIGNS) else None


def _parts(name: str) -> list[str]:
    """Return the words of a name, a sign of a currency as one of its own."""
    return re.findall(r"(?:US|HK|NT|R)\$|[€£$¥₩₹]|[^\s()\[\]_/.:,\-€£$¥₩₹]+", name)


def plain_words(text: str) -> tuple[str, ...]:
    """Return words that commas part, plain."""
    return tuple(plain(word) for word in text.split(",") if word.strip())


@cache
def names_of(role: str, kind: str = "") -> tuple[tuple[str, ...], ...]:
    """Return the names of a role in a table of some kind, plain: the strong ones, then weaker ones."""
    own = f"{kind}.{role}"
    return tuple(map(plain_words, _NAMES[own if own in _NAMES else role]))


def near(wanted: str, names: Sequence[str]) -> str | None:
    """Return the name that is spelled nearly as another one: four letters in five are common, in order.

    Examples
    --------
    >>> near("Custmer_ID", ["Customer ID", "Article"]), near("Monat", ["Artikel", "Konto"])
    ('Customer ID', None)
    """
    spelled = {plain(name): name for name in names}
    close = get_close_matches(plain(wanted), spelled, n=1, cutoff=_NEAR)
    return spelled[close[0]] if close else None


def hinted(found: Sequence[str], role: str, kind: str = "") -> str | None:
    """Return the column that is likely meant for a role, where none has a name of it.

    By meaning first: one of its words is by itself a strong name of the role, as in ``Date of visit``;
    then by spelling (`near`). A column with a name of another role is none.
    """
    unknown = [name for name in found if recognised(name) is None]
    strong, *weaker = names_of(role, kind)
    for name in unknown:
        if {plain(word) for word in _parts(name)} & set(strong):
            return name
    known = [word for names in (strong, *weaker) for word in names]
    return next((name for name in unknown if near(bare(name), known)), None)


@cache
def recognised(name: str) -> str | None:
    """Return the role of a column by its name alone, if there is one."""
    word = bare(name)
    for strength in range(3):
        for role in _NAMES:
            if word and word in (*names_of(role), (), ())[strength]:
                return role
    return None
