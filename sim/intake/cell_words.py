"""Words in cells that are known, in English, German, French, Spanish, Chinese and Japanese."""

from functools import cache

from sim.intake.names import plain, plain_words

#: What a client's word in a column of states says of a line.
_STATES = {
    "purchase": """purchase, sale, sold, paid, completed, complete, closed, shipped, delivered, fulfilled,
        done, ok, invoice, order, verkauf, kauf, bezahlt, abgeschlossen, geliefert, versendet,
        versandt, rechnung, vente, achat, paye, payee, livre, livree, terminee, termine, expedie,
        facture, venta, compra, pagado, completado, entregado, enviado, factura, 已完成, 完成,
        已付款, 已支付, 已发货, 已签收, 交易成功, 销售, 已發貨, 已出貨, 已簽收,
        銷售, 銷貨, 購入, 売上, 完了, 支払済, 発送済, 販売""",
    # money back is none: the line may take it back, or be the purchase itself, which did not stay
    "return": """return, credit, credit note, rucksendung, retoure, ruckgabe, gutschrift, retour, avoir,
        devolucion, abono, 退货, 退貨, 銷退, 返品""",
    "cancelled": """cancelled, canceled, cancellation, void, voided, failed, declined, storno, storniert,
        abgebrochen, annule, annulee, annulation, anulado, anulada, cancelado, cancelada, 取消,
        已取消, 交易关闭, 已关闭, 作废, 作廢, 交易關閉, キャンセル""",
}
#: What a client's word says of a line to the service desk.
_TICKETS = {
    "complaint": """complaint, complaints, claim, problem, fault, defect, failure, issue, incident,
        beschwerde, reklamation, mangel, storung, reclamation, plainte, panne, queja, reclamacion, averia,
        投诉, 故障, 投訴, 苦情, クレーム, 不具合""",
    "question": """question, questions, inquiry, enquiry, request, information, order, advice, anfrage,
        frage, auskunft, beratung, bestellung, demande, renseignement, commande, pregunta, consulta,
        pedido, 咨询, 询问, 諮詢, 查詢, 質問, 問い合わせ, 相談""",
}
#: What a client's word says of where something was bought. A shop may be a house or a page: it is itself.
_CHANNELS = {
    "store": """store, retail, retail store, till, pos, point of sale, in store, offline, branch,
        counter, filiale, laden, ladengeschaft, geschaft, kasse, stationar, magasin, boutique,
        en magasin, caisse, tienda, tienda fisica, caja, sucursal, 门店, 店铺, 线下, 实体店, 收银台,
        門市, 線下, 實體店, 店舗, 実店舗, レジ""",
    "online": """online, web, webshop, web shop, website, online shop, online store, e commerce,
        ecommerce, internet, onlineshop, webseite, en ligne, site web, boutique en ligne, en linea,
        tienda online, sitio web, 线上, 网店, 官网, 网站, 电商, 線上, 網店, 官網, 網站, 電商,
        オンライン, ネット, 通販サイト, ecサイト""",
    "app": """app, mobile app, smartphone, appli, application, aplicacion, 小程序, 手机, 应用, 行動,
        アプリ""",
    "phone": """phone, telephone, call, call centre, call center, hotline, telefon, telefonisch,
        telefono, 电话, 電話""",
    "catalogue": """catalogue, catalog, mail order, katalog, catalogo, 目录, 邮购, 型錄, 郵購,
        カタログ""",
    "other": """other, others, sonstige, sonstiges, autre, autres, otro, otros, 其他, 其它, その他""",
}
#: Ids that stand for nobody, and for everybody who has none.
_NOBODY = "nan, none, null, na, n a, nil, leer, vide, vacio, 空, 无"
_SHARED = """guest, guest user, guest customer, anonymous, anonym, unknown, unbekannt, walk in,
        walk in customer, cash, cash customer, cash sale, no card, barverkauf, laufkunde,
        laufkundschaft, gast, gastkunde, diverse, dummy, test, invite, client anonyme, anonyme,
        client comptoir, inconnu, invitado, anonimo, desconocido, cliente anonimo, contado,
        consumidor final, 游客, 散客, 匿名, 匿名用户, 非会员, 訪客, ゲスト, 非会員, 不明"""
#: What stands in a cell that tells nothing, of a channel, a case or how a customer came.
_UNTOLD = f"""{_NOBODY}, unknown, not known, not specified, unspecified, unbekannt, keine angabe,
        inconnu, inconnue, non renseigne, desconocido, desconocida, sin datos, 未知, 不详, 未填写, 不詳,
        未填寫, 不明, 未記入, 無回答"""
#: What stands in the place of a customer in a line that adds others up.
_TOTALS = """total, totals, grand total, subtotal, sum, summe, gesamt, gesamtsumme, zwischensumme,
        endsumme, somme, sous total, total general, suma, total parcial, 合计, 小计, 总计, 合計,
        小計, 總計, 総計, 総合計"""
#: What a client's word says of how a customer came: by word of mouth, or else. What people share in
#: social media may be either, so that it is asked for.
_SOURCES = {
    "recommendation": """recommendation, recommended, recommended by a friend, referral, referred,
        friend, friends, friends and family, family, word of mouth, member get member,
        refer a friend, empfehlung, weiterempfehlung, freunde, freund, bekannte, familie,
        mundpropaganda, kunden werben kunden, recommandation, parrainage, amis, ami, famille,
        bouche a oreille, recomendacion, amigo, amigos, familia, boca a boca, referido, 推荐,
        朋友推荐, 朋友介绍, 老客推荐, 老带新, 转介绍, 口碑, 亲友推荐, 推薦, 朋友推薦, 朋友介紹,
        口碑推薦, 親友推薦, 紹介, 友人の紹介, 友人紹介, 知人の紹介, 口コミ""",
    "other": """other, others, advertising, advertisement, advert, ad, ads, online ad, search,
        search engine, google, newsletter, flyer, leaflet, press, radio, tv, television, poster,
        walk in, walk by, passing by, store, shop window, website, fair, event, sonstige, sonstiges,
        andere, werbung, anzeige, onlinewerbung, suche, suchmaschine, presse, plakat, schaufenster,
        laufkundschaft, messe, autre, autres, publicite, annonce, recherche, moteur de recherche,
        affiche, vitrine, passage, salon, otro, otros, publicidad, anuncio, busqueda, buscador,
        prensa, cartel, escaparate, feria, 其他, 广告, 线上广告, 搜索, 百度, 海报, 传单, 路过, 门店,
        官网, 展会, 廣告, 搜尋, 海報, 傳單, 路過, 門市, その他, 広告, 検索, チラシ, 通りがかり, 看板""",
}


@cache
def states(kind: str = "") -> dict[str, str]:
    """Return what each known word in a column of states says, by the key of the table it is in."""
    known = {"tickets": _TICKETS, "customers": _SOURCES}.get(kind, _STATES)
    return {word: state for state, words in known.items() for word in plain_words(words)}


@cache
def channels() -> dict[str, str]:
    """Return which channel each known word says."""
    return {word: name for name, words in _CHANNELS.items() for word in plain_words(words)}


@cache
def is_told(word: str) -> bool:
    """Return whether a cell tells something: it has letters or digits, and no word for not knowing."""
    return plain(word) not in ("", *plain_words(_UNTOLD))


@cache
def nobody() -> tuple[str, ...]:
    """Return the plain ids that stand for none."""
    return plain_words(_NOBODY)


@cache
def shared() -> tuple[str, ...]:
    """Return the plain ids that stand for everybody who has none."""
    return plain_words(_SHARED)


@cache
def totals() -> tuple[str, ...]:
    """Return the plain words for a line that adds others up."""
    return plain_words(_TOTALS)
