"""What the sample company sells. Amounts are euros a month without tax."""

from __future__ import annotations

from dataclasses import dataclass, field

# Units of a currency for one euro, rounded to two digits in price lists.
CURRENCIES = {"EUR": "1", "USD": "1.10", "GBP": "0.86"}
# Period → how many months are paid for: a year costs ten months.
PERIODS = {"monthly": 1, "quarterly": 3, "annually": 10}


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    name: str
    icon: str
    says: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Product:
    """`monthly` and `setup` in euros; `options` and `attributes` are keys of the lists below."""

    key: str
    name: str
    group: str
    monthly: str
    says: str
    setup: str = ""
    options: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    hourly: bool = False
    retired: bool = False
    hidden: bool = False
    stock: int | None = None
    popularity: int = 5


@dataclass(frozen=True, slots=True)
class Options:
    """A group of options: (key, name, value, euros a month or "" for none)."""

    key: str
    name: str
    rows: tuple[tuple[str, str, str, str], ...]
    kind: str = "dropdown"


@dataclass(frozen=True, slots=True)
class Attributes:
    key: str
    name: str
    rows: tuple[tuple[str, str], ...] = field(default=())


CLOUD, WEB, METAL = "cloud-servers", "web-hosting", "dedicated-servers"
FILES, GAMES = "storage", "game-servers"

GROUPS = (
    Group(CLOUD, "Cloud servers", "server-2", "Virtual machines, charged by the hour"),
    Group(WEB, "Web hosting", "world-www", "Sites and mail without a server to look after"),
    Group(METAL, "Dedicated servers", "server", "Whole machines in our racks"),
    Group(FILES, "Storage", "cloud", "Files and backups in Europe"),
    Group(GAMES, "Game servers", "device-gamepad-2", "Ready in a minute"),
    Group("ssl", "Certificates", "certificate", "Proof of your name"),
    Group("partners", "Partners", "heart-handshake", "Only by agreement", hidden=True),
)

_CLOUD = ("os", "location", "backup", "extra-disk", "ipv4")
_NVME = ("disk-nvme", "network-1g")

PRODUCTS = (
    Product("cloud-s", "Cloud S", CLOUD, "4.90", "1 core, 2 GB, 20 GB NVMe", options=_CLOUD,
            attributes=_NVME, hourly=True, popularity=30),
    Product("cloud-m", "Cloud M", CLOUD, "9.90", "2 cores, 4 GB, 40 GB NVMe", options=_CLOUD,
            attributes=_NVME, hourly=True, popularity=26),
    Product("cloud-l", "Cloud L", CLOUD, "19.90", "4 cores, 8 GB, 80 GB NVMe", options=_CLOUD,
            attributes=_NVME, hourly=True, popularity=16),
    Product("cloud-xl", "Cloud XL", CLOUD, "39.90", "8 cores, 16 GB, 160 GB NVMe",
            options=_CLOUD, attributes=_NVME, hourly=True, popularity=8),
    Product("cloud-xxl", "Cloud XXL", CLOUD, "79.90", "16 cores, 32 GB, 320 GB NVMe",
            options=_CLOUD, attributes=("disk-nvme", "network-10g"), hourly=True, popularity=3),
    Product("cloud-gpu", "Cloud GPU", CLOUD, "289.00", "8 cores, 32 GB, one GPU of 24 GB",
            options=_CLOUD, attributes=("disk-nvme", "network-10g"), hourly=True, stock=20,
            popularity=1),
    Product("cloud-one", "Cloud One", CLOUD, "3.50", "The first series, no longer sold",
            options=("os", "location"), attributes=("disk-ssd", "network-1g"), retired=True,
            popularity=4),
    Product("web-start", "Web Start", WEB, "2.50", "One site, 5 GB, 10 mailboxes",
            options=("location",), attributes=("disk-ssd",), popularity=24),
    Product("web-plus", "Web Plus", WEB, "5.90", "10 sites, 25 GB, 100 mailboxes",
            options=("location", "backup"), attributes=("disk-ssd",), popularity=18),
    Product("web-shop", "Web Shop", WEB, "11.90", "Tuned for shops, 50 GB",
            options=("location", "backup"), attributes=("disk-nvme",), popularity=9),
    Product("web-reseller", "Web Reseller", WEB, "24.90", "Sell hosting under your own name",
            options=("location", "backup"), attributes=("disk-nvme",), popularity=3),
    Product("metal-4", "Metal 4", METAL, "59.00", "4 cores, 32 GB, 2 × 512 GB NVMe",
            "29.00", ("os", "location", "ipv4", "raid"), ("disk-nvme", "network-1g"), stock=18,
            popularity=5),
    Product("metal-8", "Metal 8", METAL, "99.00", "8 cores, 64 GB, 2 × 1 TB NVMe",
            "49.00", ("os", "location", "ipv4", "raid"), ("disk-nvme", "network-1g"), stock=12,
            popularity=4),
    Product("metal-16", "Metal 16", METAL, "179.00", "16 cores, 128 GB, 2 × 2 TB NVMe",
            "49.00", ("os", "location", "ipv4", "raid"), ("disk-nvme", "network-10g"), stock=8,
            popularity=2),
    Product("metal-store", "Metal Store", METAL, "129.00", "6 cores, 32 GB, 8 × 8 TB disks",
            "99.00", ("os", "location", "raid"), ("disk-hdd", "network-10g"), stock=6,
            popularity=1),
    Product("cloud-files-100", "Files 100", FILES, "3.00", "100 GB to share and keep in step",
            options=("location",), popularity=10),
    Product("cloud-files-1000", "Files 1000", FILES, "9.00", "1 TB to share and keep in step",
            options=("location",), popularity=8),
    Product("cloud-files-5000", "Files 5000", FILES, "35.00", "5 TB for a whole company",
            options=("location",), popularity=2),
    Product("backup-box", "Backup Box", FILES, "6.50", "500 GB for backups, by SFTP and restic",
            options=("location",), attributes=("disk-hdd",), popularity=6),
    Product("game-blocks", "Blocks server", GAMES, "7.90", "For twenty players",
            options=("location", "slots"), attributes=_NVME, popularity=6),
    Product("game-racing", "Racing server", GAMES, "6.90", "For sixteen drivers",
            options=("location", "slots"), attributes=_NVME, popularity=2),
    Product("game-arena", "Arena server", GAMES, "9.90", "For thirty-two players",
            options=("location", "slots"), attributes=_NVME, popularity=3),
    Product("ssl-domain", "Certificate DV", "ssl", "1.50", "One name, checked by DNS",
            popularity=6),
    Product("ssl-company", "Certificate OV", "ssl", "6.00", "The company is checked too",
            popularity=2),
    Product("rack-unit", "Rack unit", "partners", "39.00", "Your machine in our rack", "25.00",
            hidden=True, popularity=1),
)

OPTIONS = (
    Options("os", "Operating system", (
        ("os-debian-13", "Debian 13", "debian-13", ""),
        ("os-debian-12", "Debian 12", "debian-12", ""),
        ("os-ubuntu-2404", "Ubuntu 24.04", "ubuntu-24.04", ""),
        ("os-alma-9", "AlmaLinux 9", "almalinux-9", ""),
        ("os-windows-2025", "Windows Server 2025", "windows-2025", "14.00"))),
    Options("location", "Location", (
        ("location-warsaw", "Warsaw", "waw", ""),
        ("location-frankfurt", "Frankfurt", "fra", "1.00"),
        ("location-paris", "Paris", "par", "1.00"))),
    Options("backup", "Backups kept", (
        ("backup-0", "None", "0", ""), ("backup-3", "3 days", "3", "1.20"),
        ("backup-7", "7 days", "7", "2.40"),
        ("backup-30", "30 days", "30", "6.00"))),
    Options("extra-disk", "Additional disk", (
        ("disk-0", "None", "0", ""), ("disk-50", "50 GB", "50", "3.00"),
        ("disk-100", "100 GB", "100", "5.50"),
        ("disk-500", "500 GB", "500", "24.00"))),
    Options("ipv4", "IPv4 addresses", (
        ("ipv4-1", "1", "1", ""), ("ipv4-2", "2", "2", "1.50"), ("ipv4-4", "4", "4", "4.50"))),
    Options("raid", "Mirrored disks", (("raid-1", "Yes", "1", ""), ("raid-0", "No", "0", "")),
        "switch"),
    Options("slots", "More players", (("slots-0", "As offered", "0", ""),
        ("slots-16", "16 more", "16", "3.00"))),
)

ATTRIBUTES = (
    Attributes("disk", "Disk", (("disk-nvme", "NVMe"), ("disk-ssd", "SSD"), ("disk-hdd",
    "Hard disk"))),
    Attributes("network", "Network", (("network-1g", "1 Gbit/s"), ("network-10g", "10 Gbit/s"))),
)
