"""The environment's settings: what is read, and the one sentence for what cannot be used."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.settings import DATABASE_URL, MQTT_URL, MqttAddress, Settings, SettingsError, parse_mqtt_url

CA = Path(__file__).resolve().parents[1] / "vectors" / "tls" / "ca.pem"


def test_nothing_set_means_embedded() -> None:
    for nothing in ({}, {DATABASE_URL: "", MQTT_URL: " ", "HOURFENCE_DATA": ""}):
        settings = Settings.from_environment(nothing)
        assert settings.database_url is None
        assert settings.mqtt is None
        assert settings.data == Path.cwd() / "build" / "data"


def test_all_set(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {
            DATABASE_URL: "postgresql://me:pw@db.example:5433/hours",
            MQTT_URL: f"mqtts://in%40gest:p%3Aw@broker.example?ca={CA}",
            "HOURFENCE_DATA": str(tmp_path / "new" / "folder"),
        }
    )
    assert settings.database_url == "postgresql://me:pw@db.example:5433/hours"
    assert settings.mqtt == MqttAddress("broker.example", 8883, "in@gest", "p:w", True, CA)
    assert settings.data == tmp_path / "new" / "folder"
    assert not settings.data.exists()
    assert "pw" not in repr(settings)
    assert "p:w" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("mqtt://broker", MqttAddress("broker", 1883)),
        ("mqtt://u@[::1]:1884/", MqttAddress("::1", 1884, "u")),
        ("mqtts://broker:9999", MqttAddress("broker", 9999, tls=True)),
    ],
)
def test_mqtt_addresses(text: str, address: MqttAddress) -> None:
    assert parse_mqtt_url(text) == address


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (MQTT_URL, "broker:1883"),
        (MQTT_URL, "http://broker"),
        (MQTT_URL, "mqtt://"),
        (MQTT_URL, "mqtt://broker:port"),
        (MQTT_URL, "mqtt://broker:0"),
        (MQTT_URL, "mqtt://broker:65536"),
        (MQTT_URL, "mqtt://[::1"),
        (MQTT_URL, "mqtt://broker/topic"),
        (MQTT_URL, f"mqtt://broker?ca={CA}"),
        (MQTT_URL, "mqtts://broker?ca=/nonexistent.pem"),
        (MQTT_URL, "mqtts://broker?cafile=x"),
        (DATABASE_URL, "mysql://host/db"),
        (DATABASE_URL, "host=somewhere dbname=x"),
        (DATABASE_URL, "postgresql://host"),
        (DATABASE_URL, "postgresql://host:x/db"),
        ("HOURFENCE_DATA", os.path.join(os.path.abspath(__file__), "below")),
        ("HOURFENCE_DATA", "a\0b"),
    ],
)
def test_a_bad_value_gives_one_sentence(name: str, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({name: text})
    said = str(caught.value)
    assert said.startswith(name)
    assert said.endswith(".")
    assert "\n" not in said


def test_a_socket_folder_may_stand_for_the_host() -> None:
    url = "postgresql://postgres@/hourfence?host=%2Ftmp%2Fsockets&port=5432"
    assert Settings.from_environment({DATABASE_URL: url}).database_url == url


@given(st.text())
def test_any_text_is_an_address_or_a_settings_error(text: str) -> None:
    for candidate in (text, "mqtt://" + text, "mqtts://h" + text):
        try:
            address = parse_mqtt_url(candidate)
        except SettingsError:
            continue
        assert address.host
        assert 0 < address.port < 65536
