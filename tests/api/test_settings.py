"""Are the settings read once, with their defaults, and are bad ones told all at once?"""

from pathlib import Path

import pytest

from api.settings import BadSettings, read_settings
from api.words import Lang


def test_nothing_set_means_sqlite_in_the_data_directory() -> None:
    """The defaults work without any variable."""
    settings = read_settings({"HOME": "/root"})
    assert settings.database_url == "sqlite:///yuanping-data/yuanping.db"
    assert settings.secret_key_file == Path("yuanping-data/keys/secret.key")
    assert (settings.rule_pack, settings.lang) == ("national", Lang.ZH)
    assert (settings.smtp_url, settings.webhook_url) == (None, None)


def test_every_variable_is_read() -> None:
    """Each has its place; database and key file follow the data directory unless they are set."""
    settings = read_settings(
        {
            "YUANPING_DATA_DIR": "/srv/yp",
            "YUANPING_RULE_PACK": "anhui",
            "YUANPING_SMTP_URL": "smtps://user:word@mail.example:465",
            "YUANPING_WEBHOOK_URL": "https://hooks.example/x",
            "YUANPING_LANG": "en",
        }
    )
    assert settings.database_url == "sqlite:////srv/yp/yuanping.db"
    assert settings.secret_key_file == Path("/srv/yp/keys/secret.key")
    assert (settings.rule_pack, settings.lang) == ("anhui", Lang.EN)
    assert "word" not in repr(settings)


def test_an_empty_variable_is_not_set() -> None:
    """Compose files hand over empty strings for what is left out."""
    assert read_settings({"YUANPING_LANG": " ", "YUANPING_DATABASE_URL": ""}) == read_settings({})


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """One sentence for each bad variable, naming it and what is wanted; passwords are not repeated."""
    (tmp_path / "file").touch()
    with pytest.raises(BadSettings) as bad:
        read_settings(
            {
                "YUANPING_DATA_DIR": str(tmp_path / "file"),
                "YUANPING_DATABASE_URL": "mysql://root:word@host/x",
                "YUANPING_SMTP_URL": "mail.example:99999999",
                "YUANPING_WEBHOOK_URL": "ftp://x",
                "YUANPING_LANG": "fr",
            }
        )
    names = ("DATABASE_URL", "SMTP_URL", "WEBHOOK_URL", "DATA_DIR", "LANG")
    assert [fault.split(":")[0] for fault in bad.value.faults] == [f"YUANPING_{name}" for name in names]
    assert "word" not in str(bad.value)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "not a url", """ ://"""])
def test_a_database_must_last(url: str) -> None:
    """A database in memory, or no URL at all, is refused."""
    with pytest.raises(BadSettings, match="DATABASE_URL"):
        read_settings({"YUANPING_DATABASE_URL": url})
