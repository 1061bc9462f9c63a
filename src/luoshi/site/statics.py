"""Scripts, styles and pictures: each under a name with its digest, compressed, so that a browser keeps it for good."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Statics(CompressedManifestStaticFilesStorage):
    """Follows what styles refer to, and not the source maps of vendored scripts, which are not served."""

    patterns = tuple(
        (glob, patterns) for glob, patterns in CompressedManifestStaticFilesStorage.patterns if glob == "*.css"
    )
