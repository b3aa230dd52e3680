"""The hook that MkDocs calls to build the site from the texts of the repository.

A text keeps its path, so links between texts become links between pages. The site also has the JSON
Schemas, to which links to the code that describes a format lead. In a page, the result of
the function NAME in `generated.py` replaces `{{ NAME }}`.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from docs_site import generated

ROOT = Path(__file__).parents[1]

_TEXTS = ("*.md", "docs/*", "examples/*/README.md", "cli/metapixel_cli/doctor/checks.md")

#: Links to source files, and the page of the site that replaces each of these links.
_PLACES = {
    "cli/metapixel_cli/access/judging/report.py": "docs/access-report.schema.json",
    "cli/metapixel_cli/doctor/rendering/json_document.py": "docs/doctor.schema.json",
    "cli/metapixel_cli/review/rendering/json_document.py": "docs/review.schema.json",
    "templates/access-file": "examples.md",
    "examples/agency/__main__.py": "examples.md",
    "examples/github-actions": "examples/github-actions/README.md",
    "examples/gitlab-ci": "examples/gitlab-ci/README.md",
    "examples/share-with-agency/__main__.py": "examples.md",
    "examples/typescript/index.ts": "examples.md",
    "examples/yaml/Pulumi.yaml": "examples.md",
    "provider/metapixel_provider/access_file/shape.py": "docs/access.schema.json",
    "sdk/pulumi_metapixel": "reference/resources.md",
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the texts of the repository and the JSON Schemas to the site."""
    for path in sorted(path for pattern in _TEXTS for path in ROOT.glob(pattern)):
        name = path.relative_to(ROOT).as_posix()
        files.append(File.generated(config, name, abs_src_path=str(path)))
    for name, schema in generated.SCHEMAS.items():
        files.append(File.generated(config, f"docs/{name}.schema.json", content=schema()))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Insert the generated parts. Replace links to source files with links to the site's pages."""
    folder = posixpath.dirname(page.file.src_uri)

    def inserted(name: re.Match[str]) -> str:
        return str(getattr(generated, name[1])())

    def redirected(link: re.Match[str]) -> str:
        place = _PLACES.get(posixpath.normpath(posixpath.join(folder, link[1])))
        return f"]({posixpath.relpath(place, folder or '.')})" if place else link[0]

    if page.file.generated_by is None:
        markdown = re.sub(r"{{ (\w+) }}", inserted, markdown)
    return re.sub(r"\]\(([^)#:]+)\)", redirected, markdown)
