#!/usr/bin/env python3
"""Copy the front-end files we ship out of a folder of installed npm packages.

Use it to move to a newer release, outside of the checkout:

    npm install --ignore-scripts @tabler/core@1 @tabler/icons@3 htmx.org@2 \\
        @fontsource-variable/inter@5 esbuild@0.28 @codemirror/{state,view,commands,language}@6 \\
        @codemirror/{search,lint,autocomplete,legacy-modes}@6 @lezer/highlight@1 \\
        @codemirror/lang-{css,html,jinja,json,sql,yaml}@6
    .ci/vendor_assets.py node_modules

Nothing is fetched while the panel is installed or runs: what this writes is committed.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import quoteattr

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "runtime/web/static/vendor"
SUBSETS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext")
SOURCE_MAP = re.compile(r"/[/*][#@]\s*sourceMappingURL=\S+(\s*\*/)?")
EXTERNAL_URL = re.compile(r"""url\(\s*["']?(?!data:|["'#])[^)]{0,60}|@import[^;]{0,60}""")
# Every icon starts with this invisible square; it only costs bytes.
BACKGROUND = "M0 0h24v24H0z"


def main(node_modules: Path) -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    rows = [
        tabler(node_modules / "@tabler/core"),
        icons(node_modules / "@tabler/icons"),
        htmx(node_modules / "htmx.org"),
        inter(node_modules / "@fontsource-variable/inter"),
        *codemirror(node_modules),
    ]
    readme = "# Front-end files of others\n\nWritten by `.ci/vendor_assets.py`; do not edit.\n\n"
    readme += "| package | version | licence | files |\n| --- | --- | --- | --- |\n" + "".join(rows)
    (VENDOR / "README.md").write_text(readme)


def tabler(package: Path) -> str:
    folder = made("tabler")
    css = stripped(package / "dist/css/tabler.min.css")
    if found := EXTERNAL_URL.search(css):
        raise SystemExit(f"tabler.min.css refers to another file: {found[0]}")
    (folder / "tabler.min.css").write_text(css)
    owners = re.findall(r"^ \* (Copyright .+)$", css, flags=re.MULTILINE)
    # The package carries no licence file of its own, only this notice and the word MIT.
    ours = (ROOT / "LICENSE").read_text()
    terms = ours[ours.index("Permission is hereby granted") :]
    (folder / "LICENSE").write_text("MIT License\n\n" + "\n".join(owners) + "\n\n" + terms)
    return row(package, "tabler/tabler.min.css, whole; none of its scripts")


def icons(package: Path) -> str:
    """Write one line per icon, `name<TAB>inner SVG`, sorted: found by searching, never parsed."""
    folder = made("tabler-icons")
    nodes = json.loads((package / "tabler-nodes-outline.json").read_text())
    lines = [f"{name}\t{inner_svg(nodes[name])}\n" for name in sorted(nodes)]
    (folder / "outline.txt").write_text("".join(lines))
    shutil.copy(package / "LICENSE", folder / "LICENSE")
    return row(package, f"tabler-icons/outline.txt, {len(lines)} outline icons")


def inner_svg(nodes: list) -> str:
    return "".join(
        f"<{tag}" + "".join(f" {key}={quoteattr(value)}" for key, value in given.items()) + "/>"
        for tag, given in nodes
        if given.get("d") != BACKGROUND
    )


def htmx(package: Path) -> str:
    folder = made("htmx")
    (folder / "htmx.min.js").write_text(stripped(package / "dist/htmx.min.js"))
    shutil.copy(package / "LICENSE", folder / "LICENSE")
    return row(package, "htmx/htmx.min.js")


def inter(package: Path) -> str:
    folder = made("inter")
    ranges = json.loads((package / "unicode.json").read_text())
    faces = []
    for subset in SUBSETS:
        shutil.copy(package / f"files/inter-{subset}-wght-normal.woff2", folder / f"{subset}.woff2")
        faces.append(
            "@font-face {\n"
            '  font-family: "Inter";\n'
            "  font-style: normal;\n"
            "  font-weight: 100 900;\n"
            "  font-display: optional;\n"
            f'  src: url("{subset}.woff2") format("woff2");\n'
            f"  unicode-range: {ranges[subset].replace(',', ', ')};\n"
            "}\n"
        )
    (folder / "inter.css").write_text("\n".join(faces))
    shutil.copy(package / "LICENSE", folder / "LICENSE")
    return row(package, "inter/*.woff2, the variable font in four subsets; inter.css is ours")


def codemirror(node_modules: Path) -> list[str]:
    """Bundle what `codemirror_entry.js` names into one script, with the licence of every part."""
    folder = made("codemirror")
    script = folder / "codemirror.min.js"
    # The entry stands beside the packages while it is bundled: imports are searched from there.
    entry = shutil.copy(ROOT / ".ci/codemirror_entry.js", node_modules.parent)
    try:
        bundled = subprocess.run(
            [
                node_modules / ".bin/esbuild", entry, "--bundle", "--minify", "--format=iife",
                "--global-name=codemirror", "--target=es2022", "--charset=utf8",
                "--legal-comments=none", f"--outfile={script}", "--metafile=/dev/stdout",
                "--log-level=error",
            ],
            check=True, capture_output=True, text=True,
        )
    finally:
        Path(entry).unlink()
    packages = sorted(
        {
            found[1]
            for file in json.loads(bundled.stdout)["inputs"]
            if (found := re.search(r"node_modules/((?:@[^/]+/)?[^/]+)/", file))
        }
    )
    texts = [(node_modules / name / "LICENSE").read_text().strip() for name in packages]
    by_text: dict[str, list[str]] = {}
    for name, text in zip(packages, texts, strict=True):
        by_text.setdefault(text, []).append(name)
    licences = (f"{', '.join(names)}\n\n{text}\n" for text, names in by_text.items())
    (folder / "LICENSE").write_text("\n\n".join(licences))
    return [row(node_modules / name, "codemirror/codemirror.min.js, a part") for name in packages]


def made(name: str) -> Path:
    folder = VENDOR / name
    folder.mkdir(parents=True)
    return folder


def stripped(file: Path) -> str:
    return SOURCE_MAP.sub("", file.read_text()).rstrip() + "\n"


def row(package: Path, files: str) -> str:
    about = json.loads((package / "package.json").read_text())
    return f"| {about['name']} | {about['version']} | {about['license']} | {files} |\n"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
