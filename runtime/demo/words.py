"""Names that sample people, companies and places are made of. All are invented combinations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A city with its ISO 3166-2 region; in `postcode` a `#` stands for a digit."""

    city: str
    postcode: str
    region: str


@dataclass(frozen=True, slots=True)
class Land:
    """What people of one country are called, and where they live.

    `weight`: how many of a hundred clients come from there. `phone`: `#` stands for a digit.
    `lastnames` come as (of a man, of a woman).
    """

    country: str
    weight: int
    language: str
    currency: str
    phone: str
    men: tuple[str, ...]
    women: tuple[str, ...]
    lastnames: tuple[tuple[str, str], ...]
    streets: tuple[str, ...]
    legal_forms: tuple[str, ...]
    places: tuple[Place, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _same(names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in names.split())


def _pairs(names: str) -> tuple[tuple[str, str], ...]:
    """Read `Kowalski/a Nowak`: behind the slash stands a woman's last letter."""
    pairs = []
    for name in names.split():
        man, _, ending = name.partition("/")
        pairs.append((man, man[:-1] + ending if ending else man))
    return tuple(pairs)


POLAND = Land(
    "PL", 42, "pl", "EUR", "+4860#######",
    _words("Jan Piotr Tomasz Marek Paweł Adam Michał Krzysztof Łukasz Bartosz Wojciech Grzegorz"),
    _words("Anna Katarzyna Magdalena Joanna Agnieszka Ewa Zofia Marta Barbara Natalia Dorota"),
    _pairs(
        "Kowalski/a Nowak Wiśniewski/a Wójcik Kamiński/a Lewandowski/a Zieliński/a Szymański/a "
        "Dąbrowski/a Kozłowski/a Mazur Kwiatkowski/a Krawczyk Piotrowski/a Grabowski/a Pawlak "
        "Michalski/a Król Wieczorek Jabłoński/a Sikora Rutkowski/a Ostrowski/a Baran"
    ),
    ("ul. Długa", "ul. Polna", "ul. Leśna", "ul. Kościuszki", "al. Niepodległości", "ul. Ogrodowa",
     "ul. Mickiewicza", "ul. Słowackiego", "pl. Wolności", "ul. Krótka"),
    ("Sp. z o.o.", "S.A.", "Sp. j.", "Sp. k."),
    (Place("Warszawa", "0#-###", "PL-14"), Place("Kraków", "30-###", "PL-12"),
     Place("Wrocław", "50-###", "PL-02"), Place("Poznań", "60-###", "PL-30"),
     Place("Gdańsk", "80-###", "PL-22"), Place("Łódź", "90-###", "PL-10"),
     Place("Katowice", "40-###", "PL-24"), Place("Lublin", "20-###", "PL-06"),
     Place("Szczecin", "70-###", "PL-32"), Place("Rzeszów", "35-###", "PL-18")),
)
UKRAINE = Land(
    "UA", 18, "uk", "USD", "+38067#######",
    _words("Олександр Андрій Сергій Дмитро Іван Микола Тарас Богдан Роман Олег"),
    _words("Олена Ірина Наталія Оксана Юлія Марія Тетяна Софія Дарина Катерина"),
    _same("Шевченко Бондаренко Коваленко Ткаченко Кравченко Олійник Поліщук Лисенко Мельник "
          "Савченко Руденко Мороз Гончар Данилюк Захарченко Романюк"),
    ("вул. Шевченка", "вул. Франка", "просп. Свободи", "вул. Садова", "вул. Лесі Українки",
     "вул. Соборна", "вул. Центральна"),
    ("ТОВ", "ПП", "ПрАТ"),
    (Place("Київ", "0####", "UA-30"), Place("Львів", "79###", "UA-46"),
     Place("Одеса", "65###", "UA-51"), Place("Харків", "61###", "UA-63"),
     Place("Дніпро", "49###", "UA-12"), Place("Вінниця", "21###", "UA-05"),
     Place("Івано-Франківськ", "76###", "UA-26")),
)
FRANCE = Land(
    "FR", 16, "fr", "EUR", "+336123#####",
    _words("Louis Gabriel Hugo Antoine Pierre Julien Mathieu Nicolas Thomas Étienne"),
    _words("Camille Chloé Léa Manon Sophie Claire Juliette Élise Amélie Margaux"),
    _same("Martin Bernard Dubois Durand Moreau Laurent Lefebvre Leroy Roux Fontaine Chevalier "
          "Garnier Faure Rousseau Blanchard Lambert Mercier Perrin"),
    ("rue de la République", "rue Victor Hugo", "avenue Jean Jaurès", "rue des Lilas",
     "boulevard Voltaire", "place de la Mairie", "rue du Moulin"),
    ("SARL", "SAS", "SA", "EURL"),
    (Place("Paris", "750##", "FR-IDF"), Place("Lyon", "690##", "FR-ARA"),
     Place("Marseille", "130##", "FR-PAC"), Place("Lille", "59###", "FR-HDF"),
     Place("Bordeaux", "33###", "FR-NAQ"), Place("Nantes", "44###", "FR-PDL"),
     Place("Strasbourg", "67###", "FR-GES"), Place("Rennes", "35###", "FR-BRE")),
)
GERMANY = Land(
    "DE", 8, "en", "EUR", "+49151########",
    _words("Lukas Jonas Felix Maximilian Paul Stefan Jürgen Tobias"),
    _words("Hannah Lena Marie Katrin Sabine Julia Ute Franziska"),
    _same("Müller Schmidt Schneider Fischer Weber Wagner Becker Hoffmann Schäfer Koch Richter"),
    ("Hauptstraße", "Bahnhofstraße", "Gartenweg", "Lindenallee", "Am Markt"),
    ("GmbH", "AG", "UG (haftungsbeschränkt)", "KG"),
    (Place("Berlin", "10###", "DE-BE"), Place("Hamburg", "20###", "DE-HH"),
     Place("München", "80###", "DE-BY"), Place("Köln", "50###", "DE-NW"),
     Place("Leipzig", "04###", "DE-SN")),
)
BRITAIN = Land(
    "GB", 9, "en", "GBP", "+447400######",
    _words("Oliver George Harry Jack Charlie Thomas Edward Samuel"),
    _words("Olivia Amelia Isla Emily Grace Charlotte Alice Eleanor"),
    _same("Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson"),
    ("High Street", "Station Road", "Church Lane", "Victoria Road", "Mill Lane", "The Green"),
    ("Ltd", "LLP", "plc"),
    (Place("London", "EC#A #AB", "GB-LND"), Place("Manchester", "M# #AA", "GB-MAN"),
     Place("Bristol", "BS# #AB", "GB-BST"), Place("Edinburgh", "EH# #AB", "GB-EDH"),
     Place("Leeds", "LS# #AA", "GB-LDS")),
)
AMERICA = Land(
    "US", 7, "en", "USD", "+121255501##",
    _words("James Robert William David Daniel Matthew Ethan Noah"),
    _words("Mary Jennifer Linda Elizabeth Susan Jessica Ava Mia"),
    _same("Miller Davis Garcia Anderson Moore Jackson White Harris Clark Lewis Walker Hall Young"),
    ("Main Street", "Oak Avenue", "Maple Drive", "Washington Boulevard", "Lake Road"),
    ("LLC", "Inc.", "Corp."),
    (Place("New York", "100##", "US-NY"), Place("Austin", "787##", "US-TX"),
     Place("Chicago", "606##", "US-IL"), Place("Seattle", "981##", "US-WA"),
     Place("Denver", "802##", "US-CO")),
)
LANDS: tuple[Land, ...] = (POLAND, UKRAINE, FRANCE, GERMANY, BRITAIN, AMERICA)
BY_COUNTRY: Mapping[str, Land] = {land.country: land for land in LANDS}

COMPANY_FIRST = _words(
    "Amber Baltic Blue Carpathian Cedar Clear Copper Delta Ember Falcon Granite Green Harbour "
    "Iron Juniper Lumen Maple Meridian Nordic North Oak Orbit Pine Polar Quartz Rapid River "
    "Silver Solar Stone Sunrise Tatra Vector Vistula West Willow"
)
COMPANY_SECOND = _words(
    "Analytics Apps Bakery Books Build Clinic Cloud Coffee Data Design Electric Farms Fitness "
    "Foods Freight Games Garden Homes Labs Law Logistics Media Motors Music Networks Optics "
    "Outdoor Print Robotics School Security Software Solutions Studio Systems Textiles Tools "
    "Travel"
)

# Ukrainian letters as passports write them (Cabinet of Ministers resolution 55 of 2010, shortened).
_LATIN = {
    **dict(zip("абвгґдезиійклмнопрстуф", "abvhgdezyiyklmnoprstuf", strict=True)),
    "є": "ye", "ж": "zh", "ї": "yi", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch",
    "ь": "", "ю": "yu", "я": "ya",
}
_PLAIN = str.maketrans("ąćęłńóśźżäöüéèêçàâîôûïë", "acelnoszzaoueeecaaiouie")


def ascii_of(text: str) -> str:
    """Return a text in plain small Latin letters, for addresses of mail and web."""
    latin = "".join(_LATIN.get(letter, letter) for letter in text.lower().replace("ß", "ss"))
    return "".join(
        letter for letter in latin.translate(_PLAIN) if letter.isascii() and letter.isalnum()
    )
