"""From message ids to sentences in the reader's language."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, request
from flask_babel import Babel, get_locale

from portal.kernel.i18n.text import Text

DEFAULT = "zh_Hans_CN"
LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
"""What stands in addresses and cookies, and the locale it means."""

COOKIE = "anjie_lang"
CATALOGUES = Path(__file__).parent / "translations"


def init_app(app: Flask) -> None:
    """Gives the application its languages; Chinese unless the reader chose."""
    app.config.update(
        BABEL_DEFAULT_LOCALE=DEFAULT,
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=str(CATALOGUES),
    )
    Babel(app, locale_selector=chosen_locale)


def chosen_locale() -> str:
    """The locale of this request: the switch in the address, else the kept choice, else Chinese.

    The browser's own preference is not asked: a page must read the same for everyone a link is sent to.
    """
    if not has_request_context():
        return DEFAULT
    asked = request.args.get("lang") or request.cookies.get(COOKIE) or ""
    return LOCALES.get(asked, DEFAULT)


def translate(value: object, locale: str | None = None) -> str:
    """The sentence of a `Text` (or any object as it is), in the request's language or the given one."""
    if not isinstance(value, Text):
        return str(value)
    chosen = locale or str(get_locale() or DEFAULT)
    sentence: str = catalogue(chosen).gettext(value.msgid)
    params = {key: _param(inner, chosen) for key, inner in value.params.items()}
    return sentence % params if params else sentence


def _param(value: object, locale: str) -> object:
    """A value within a sentence: a sentence itself, the labels of a catalogue row, or as it is."""
    if isinstance(value, dict):
        return pick(value, locale)
    return translate(value, locale) if isinstance(value, Text) else value


@lru_cache(maxsize=8)
def catalogue(locale: str) -> NullTranslations:
    """The compiled catalogue of a locale; English is in the message ids themselves."""
    return Translations.load(str(CATALOGUES), [Locale.parse(locale)])


def pick(labels: dict[str, str] | object, locale: str | None = None) -> str:
    """The zh or en entry of a catalogue row such as `{"zh": "台风", "en": "typhoon"}`."""
    chosen = locale or str(get_locale() or DEFAULT)
    table = labels if isinstance(labels, dict) else {}
    return str(table.get("en" if chosen.startswith("en") else "zh", ""))
