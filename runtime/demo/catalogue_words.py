"""What the sample company says of its products in the other languages of the program.

Names of products are names and stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable

LOCALES = ("pl", "uk", "fr")

# English → Polish, Ukrainian, French.
_WORDS: dict[str, tuple[str, str, str]] = {
    "Cloud servers": ("Serwery w chmurze", "Хмарні сервери", "Serveurs cloud"),
    "Virtual machines, charged by the hour": (
        "Maszyny wirtualne rozliczane co godzinę", "Віртуальні машини з погодинною оплатою",
        "Machines virtuelles, facturées à l'heure"),
    "Web hosting": ("Hosting WWW", "Вебхостинг", "Hébergement web"),
    "Sites and mail without a server to look after": (
        "Strony i poczta bez opieki nad serwerem", "Сайти й пошта без турботи про сервер",
        "Sites et courriel sans serveur à gérer"),
    "Dedicated servers": ("Serwery dedykowane", "Виділені сервери", "Serveurs dédiés"),
    "Whole machines in our racks": (
        "Całe maszyny w naszych szafach", "Цілі машини в наших стійках",
        "Des machines entières dans nos baies"),
    "Storage": ("Przestrzeń na pliki", "Сховище", "Stockage"),
    "Files and backups in Europe": (
        "Pliki i kopie zapasowe w Europie", "Файли та резервні копії в Європі",
        "Fichiers et sauvegardes en Europe"),
    "Game servers": ("Serwery gier", "Ігрові сервери", "Serveurs de jeu"),
    "Ready in a minute": ("Gotowe w minutę", "Готово за хвилину", "Prêts en une minute"),
    "Certificates": ("Certyfikaty", "Сертифікати", "Certificats"),
    "Proof of your name": (
        "Potwierdzenie Twojej nazwy", "Підтвердження вашого імені", "La preuve de votre nom"),
    "Partners": ("Partnerzy", "Партнери", "Partenaires"),
    "Only by agreement": ("Tylko po uzgodnieniu", "Лише за домовленістю", "Sur accord seulement"),
    "1 core, 2 GB, 20 GB NVMe": (
        "1 rdzeń, 2 GB, 20 GB NVMe", "1 ядро, 2 ГБ, 20 ГБ NVMe", "1 cœur, 2 Go, 20 Go NVMe"),
    "2 cores, 4 GB, 40 GB NVMe": (
        "2 rdzenie, 4 GB, 40 GB NVMe", "2 ядра, 4 ГБ, 40 ГБ NVMe", "2 cœurs, 4 Go, 40 Go NVMe"),
    "4 cores, 8 GB, 80 GB NVMe": (
        "4 rdzenie, 8 GB, 80 GB NVMe", "4 ядра, 8 ГБ, 80 ГБ NVMe", "4 cœurs, 8 Go, 80 Go NVMe"),
    "8 cores, 16 GB, 160 GB NVMe": (
        "8 rdzeni, 16 GB, 160 GB NVMe", "8 ядер, 16 ГБ, 160 ГБ NVMe",
        "8 cœurs, 16 Go, 160 Go NVMe"),
    "16 cores, 32 GB, 320 GB NVMe": (
        "16 rdzeni, 32 GB, 320 GB NVMe", "16 ядер, 32 ГБ, 320 ГБ NVMe",
        "16 cœurs, 32 Go, 320 Go NVMe"),
    "8 cores, 32 GB, one GPU of 24 GB": (
        "8 rdzeni, 32 GB, jeden procesor graficzny z 24 GB",
        "8 ядер, 32 ГБ, один графічний процесор на 24 ГБ", "8 cœurs, 32 Go, un GPU de 24 Go"),
    "The first series, no longer sold": (
        "Pierwsza seria, już nie w sprzedaży", "Перша серія, більше не продається",
        "La première série, plus en vente"),
    "One site, 5 GB, 10 mailboxes": (
        "Jedna strona, 5 GB, 10 skrzynek", "Один сайт, 5 ГБ, 10 скриньок",
        "Un site, 5 Go, 10 boîtes de courriel"),
    "10 sites, 25 GB, 100 mailboxes": (
        "10 stron, 25 GB, 100 skrzynek", "10 сайтів, 25 ГБ, 100 скриньок",
        "10 sites, 25 Go, 100 boîtes de courriel"),
    "Tuned for shops, 50 GB": (
        "Dostrojony do sklepów, 50 GB", "Налаштовано для крамниць, 50 ГБ",
        "Réglé pour les boutiques, 50 Go"),
    "Sell hosting under your own name": (
        "Sprzedawaj hosting pod własną marką", "Продавайте хостинг під власним іменем",
        "Vendez de l'hébergement sous votre nom"),
    "4 cores, 32 GB, 2 × 512 GB NVMe": (
        "4 rdzenie, 32 GB, 2 × 512 GB NVMe", "4 ядра, 32 ГБ, 2 × 512 ГБ NVMe",
        "4 cœurs, 32 Go, 2 × 512 Go NVMe"),
    "8 cores, 64 GB, 2 × 1 TB NVMe": (
        "8 rdzeni, 64 GB, 2 × 1 TB NVMe", "8 ядер, 64 ГБ, 2 × 1 ТБ NVMe",
        "8 cœurs, 64 Go, 2 × 1 To NVMe"),
    "16 cores, 128 GB, 2 × 2 TB NVMe": (
        "16 rdzeni, 128 GB, 2 × 2 TB NVMe", "16 ядер, 128 ГБ, 2 × 2 ТБ NVMe",
        "16 cœurs, 128 Go, 2 × 2 To NVMe"),
    "6 cores, 32 GB, 8 × 8 TB disks": (
        "6 rdzeni, 32 GB, dyski 8 × 8 TB", "6 ядер, 32 ГБ, диски 8 × 8 ТБ",
        "6 cœurs, 32 Go, disques 8 × 8 To"),
    "100 GB to share and keep in step": (
        "100 GB do dzielenia się i synchronizacji", "100 ГБ для обміну та синхронізації",
        "100 Go à partager et à synchroniser"),
    "1 TB to share and keep in step": (
        "1 TB do dzielenia się i synchronizacji", "1 ТБ для обміну та синхронізації",
        "1 To à partager et à synchroniser"),
    "5 TB for a whole company": (
        "5 TB dla całej firmy", "5 ТБ для цілої компанії", "5 To pour toute une entreprise"),
    "500 GB for backups, by SFTP and restic": (
        "500 GB na kopie zapasowe przez SFTP i restic",
        "500 ГБ для резервних копій через SFTP і restic",
        "500 Go de sauvegardes, par SFTP et restic"),
    "Blocks server": ("Serwer Blocks", "Сервер Blocks", "Serveur Blocks"),
    "Racing server": ("Serwer Racing", "Сервер Racing", "Serveur Racing"),
    "Arena server": ("Serwer Arena", "Сервер Arena", "Serveur Arena"),
    "For twenty players": (
        "Dla dwudziestu graczy", "Для двадцяти гравців", "Pour vingt joueurs"),
    "For sixteen drivers": (
        "Dla szesnastu kierowców", "Для шістнадцяти водіїв", "Pour seize pilotes"),
    "For thirty-two players": (
        "Dla trzydziestu dwóch graczy", "Для тридцяти двох гравців", "Pour trente-deux joueurs"),
    "Certificate DV": ("Certyfikat DV", "Сертифікат DV", "Certificat DV"),
    "Certificate OV": ("Certyfikat OV", "Сертифікат OV", "Certificat OV"),
    "One name, checked by DNS": (
        "Jedna nazwa, sprawdzana przez DNS", "Одне ім'я, перевірка через DNS",
        "Un nom, vérifié par DNS"),
    "The company is checked too": (
        "Sprawdzana jest też firma", "Перевіряється й компанія",
        "L'entreprise est vérifiée aussi"),
    "Rack unit": ("Miejsce w szafie", "Місце в стійці", "Unité de baie"),
    "Your machine in our rack": (
        "Twoja maszyna w naszej szafie", "Ваша машина в нашій стійці",
        "Votre machine dans notre baie"),
    "Operating system": ("System operacyjny", "Операційна система", "Système d'exploitation"),
    "Location": ("Lokalizacja", "Розташування", "Emplacement"),
    "Warsaw": ("Warszawa", "Варшава", "Varsovie"),
    "Frankfurt": ("Frankfurt", "Франкфурт", "Francfort"),
    "Paris": ("Paryż", "Париж", "Paris"),
    "Backups kept": ("Kopie zapasowe", "Резервні копії", "Sauvegardes conservées"),
    "None": ("Brak", "Немає", "Aucun"),
    "3 days": ("3 dni", "3 дні", "3 jours"),
    "7 days": ("7 dni", "7 днів", "7 jours"),
    "30 days": ("30 dni", "30 днів", "30 jours"),
    "Additional disk": ("Dodatkowy dysk", "Додатковий диск", "Disque supplémentaire"),
    "50 GB": ("50 GB", "50 ГБ", "50 Go"),
    "100 GB": ("100 GB", "100 ГБ", "100 Go"),
    "500 GB": ("500 GB", "500 ГБ", "500 Go"),
    "IPv4 addresses": ("Adresy IPv4", "Адреси IPv4", "Adresses IPv4"),
    "Mirrored disks": ("Dyski lustrzane", "Дзеркальні диски", "Disques en miroir"),
    "Yes": ("Tak", "Так", "Oui"),
    "No": ("Nie", "Ні", "Non"),
    "More players": ("Więcej graczy", "Більше гравців", "Plus de joueurs"),
    "As offered": ("Jak w ofercie", "Як у пропозиції", "Selon l'offre"),
    "16 more": ("16 więcej", "Ще 16", "16 de plus"),
    "Disk": ("Dysk", "Диск", "Disque"),
    "Hard disk": ("Dysk twardy", "Жорсткий диск", "Disque dur"),
    "Network": ("Sieć", "Мережа", "Réseau"),
    "1 Gbit/s": ("1 Gbit/s", "1 Гбіт/с", "1 Gbit/s"),
    "10 Gbit/s": ("10 Gbit/s", "10 Гбіт/с", "10 Gbit/s"),
}


def in_languages(text: str, locales: Iterable[str]) -> dict[str, str]:
    """Return locale → text for those of the panel's languages that it is known in, and English."""
    words = dict(zip(LOCALES, _WORDS.get(text, ()), strict=False))
    return {"en": text, **{locale: words[locale] for locale in locales if locale in words}}
