"""Personal data in a client's file: names, phones, e-mail and postal addresses, found and counted.

Nothing of a column that an intake does not read is kept; what it found there is told, so that the next
export can go without. Found is what a pattern finds, in the first lines of a file, and whole columns by
their names. A name within a sentence shows only behind a title (Frau, Mr): no pattern knows all names.
"""

import re
from dataclasses import dataclass
from typing import Literal, get_args

from pydantic import BaseModel

from sim.intake.masked import is_header, shape
from sim.intake.names import bare, plain
from sim.intake.source import Source
from sim.intake.sql import Database, row, text_of

Kind = Literal["name", "phone", "email", "address"]

#: Lines at the head of a file in which is looked, and columns that are looked at in one go.
LOOKED, _AT_ONCE = 100_000, 40
#: Patterns by kind; ``<L>`` is any letter, ``<U>`` a large one, ``<H>`` a Chinese character,
#: and ``<W>`` stands for letters and digits within a class.
_PATTERNS: dict[Kind, str] = {
    "email": r"[<W>.%+-]+@[<W>-]+(\.[<W>-]+)+",
    "phone": r"(\+|\b00)\d[\d ()/.-]{6,}\d|\b0\d{1,4}[ /.-] ?\d[\d ./-]{4,}\d"
    r"|\(0?\d{2,5}\) ?\d[\d -]{4,}\d|\b1[3-9]\d{9}\b|\b\d{3}[-. ]\d{3}[-. ]\d{4}\b",
    "address": r"<L>{2,}(stra(ß|ss)e|str\.|weg|platz|allee|gasse|damm|ufer) ?\d+"
    r"|\b\d+ (<U><L>+ ){1,3}(Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Square)\b"
    r"|\b\d+,? (rue|avenue|boulevard|chemin|place)( <L>+){1,4}"
    r"|\b([Cc]alle|[Aa]venida|[Pp]aseo|[Pp]laza) (<L>+,? )+\d+"
    r"|<H>{1,20}(路|街|道|巷|弄)\d+(号|號)|<H>+\d+(丁目|番地)",
    "name": r"\b(Herrn?|Frau|Mr|Mrs|Ms|Miss|Dr|Mme|Mlle|Madame|Monsieur|Sra?|Señora?)\.?( <U><L>+){1,3}"
    r"|<H>{2,4}(先生|女士|小姐|様)",
}
#: Names of columns all of whose cells are of a kind.
_COLUMNS: dict[Kind, str] = {
    "name": """name, first name, last name, surname, full name, customer name, client name, contact,
        contact name, recipient, vorname, nachname, kundenname, ansprechpartner, empfanger, nom, prenom,
        nom client, nom du client, nombre, apellido, apellidos, nombre cliente, 姓名, 名字, 客户姓名,
        客户名称, 会员姓名, 收货人, 收件人, 联系人, 氏名, 名前, お名前, 顧客名, 客戶姓名""",
    "phone": """phone, phone number, telephone, tel, mobile, mobile number, cell, telefon, telefonnummer,
        handy, handynummer, mobil, telephone portable, portable, telefono, movil, 电话, 电话号码, 手机,
        手机号, 手机号码, 联系电话, 電話, 電話番号, 電話號碼, 携帯電話""",
    "email": """email, e mail, mail, email address, e mail adresse, courriel, correo,
        correo electronico, 邮箱, 电子邮箱, 电子邮件, メール, メールアドレス, 電子郵件""",
    "address": """address, street, shipping address, billing address, zip, zip code, postcode,
        postal code, adresse, anschrift, strasse, straße, lieferadresse, rechnungsadresse, plz,
        postleitzahl, rue,
        code postal, direccion, domicilio, codigo postal, 地址, 收货地址, 住址, 邮编, 住所, 郵便番号,
        送貨地址""",
}
#: A day with or without a time is no phone, whatever parts it.
_DAY = r"^\s*\d{1,4}[./-]\d{1,2}[./-]\d{1,4}([ T].*)?$"
_IN_SQL = {"<W>": r"\p{L}\d_", "<L>": r"\p{L}", "<U>": r"\p{Lu}", "<H>": r"\p{Han}"}
_HERE = {"<W>": r"\w", "<L>": r"[^\W\d_]", "<U>": r"[A-ZÀ-ÖØ-Þ]", "<H>": "[\u3400-\u9fff]"}


class Personal(BaseModel):
    """What was found in a column: of which kind, in how many of the lines looked at.

    `role` is what the column is read as, if it is.
    """

    file: str
    column: str
    kind: Kind
    lines: int
    of: int
    role: str


@dataclass(frozen=True)
class _Looked:
    """A column, and whether its name says what it holds."""

    name: str
    told: Kind | None


def find_personal(
    database: Database, where: str, source: Source, read: dict[str, str]
) -> list[Personal]:
    """Return the personal data in the columns of a file, but for days and numbers that are read.

    Parameters
    ----------
    database : Database
    where : str
        The file, for the reader.
    source : Source
    read : dict
        By role the columns that an intake reads.
    """
    roles = {name: role for role, name in read.items()}
    numbers = {read.get(role) for role in ("date", "amount", "quantity", "price")}
    columns = [_Looked(name, _by_name(name)) for name in source.names if name not in numbers]
    columns = [one for one in columns if source.names.count(one.name) == 1]
    named, found = is_header(list(source.names)), list[Personal]()
    for first in range(0, len(columns), _AT_ONCE):
        part = columns[first : first + _AT_ONCE]
        counts = [
            f"count(*) filter ({_holds(source.cells[one.name].plain, kind, one.told)})"
            for one in part
            for kind in get_args(Kind)
        ]
        head = f"(select * from {source.table} limit {LOOKED})"
        of, *lines = row(database, f"select count(*), {', '.join(counts)} from {head}")
        pairs = [(one, kind) for one in part for kind in get_args(Kind)]
        found += [
            Personal(
                file=where,
                column=without_personal(one.name) if named else shape(one.name),
                kind=kind,
                lines=n,
                of=of,
                role=roles.get(one.name, ""),
            )
            for (one, kind), n in zip(pairs, lines, strict=True)
            if n
        ]
    return found


def _holds(cell: str, kind: Kind, told: Kind | None) -> str:
    """Return the SQL of whether a cell is of a kind: by its column's name, or by its pattern."""
    if told == kind:
        least = r"\d" if kind == "phone" else r"[\p{L}\p{N}]"
        return f"regexp_matches({cell}, {text_of(least)})"
    found = f"regexp_matches({cell}, {text_of(_put(_PATTERNS[kind], _IN_SQL))})"
    return f"{found} and not regexp_matches({cell}, {text_of(_DAY)})" if kind == "phone" else found


def _put(pattern: str, letters: dict[str, str]) -> str:
    for sign, said in letters.items():
        pattern = pattern.replace(sign, said)
    return pattern


def _by_name(column: str) -> Kind | None:
    """Return what all cells of a column are, by its name."""
    for kind, names in _COLUMNS.items():
        if bare(column) in {plain(name) for name in names.split(",")}:
            return kind
    return None


def without_personal(text: str) -> str:
    """Return a text for a message or a record with the forms of what is personal in it.

    Examples
    --------
    >>> without_personal("paid, ask Frau Schmidt at schmidt@example.org")
    'paid, ask aaaa aaaaaaa at aaaaaaa@aaaaaaa.aaa'
    """
    for kind, pattern in _PATTERNS.items():
        if kind != "phone" or not re.match(_DAY, text):
            text = re.sub(_put(pattern, _HERE), lambda found: shape(found[0]), text)
    return text
