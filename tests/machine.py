"""Has this machine the browser and the Chinese font that the browser tests need? Installs them where it can."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = ("chromium", "fonts-noto-cjk")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
)
FONT_MARKS = ("notosanscjk", "notoserifcjk", "sourcehan", "wqy", "droidsansfallback", "pingfang")


def chromium() -> str | None:
    """Path of a Chromium; YUANPING_CHROMIUM wins over what PATH offers. None: there is none."""
    asked = os.environ.get("YUANPING_CHROMIUM")
    if asked:
        return shutil.which(asked)
    return next((path for path in map(shutil.which, NAMES) if path), None)


def chinese_font() -> Path | None:
    """A font file with Chinese glyphs; without one every Chinese character is drawn as an empty box."""
    for folder in map(Path, map(os.path.expanduser, FONT_FOLDERS)):
        for file in folder.rglob("*.[to]t[cf]") if folder.is_dir() else ():
            if file.name.lower().startswith(FONT_MARKS):
                return file
    return None


def missing() -> list[str]:
    """Debian packages whose content is not on this machine."""
    have = {"chromium": chromium(), "fonts-noto-cjk": chinese_font()}
    return [package for package in PACKAGES if not have[package]]


def can_install() -> bool:
    """Only root on a machine with apt-get."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def main() -> int:
    """0: the machine is ready. 1: it is not, and one sentence said what to install."""
    wanted = missing()
    if not wanted:
        print(f"browser tests: {chromium()} with {chinese_font()}")
        return 0
    names = " ".join(wanted)
    ask = f"The browser tests need {names}: install with  sudo apt-get install {names}  and run again."
    if not can_install():
        print(ask, file=sys.stderr)
        return 1
    print(f"browser tests: installing {names}", flush=True)
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", *wanted]):
        done = subprocess.run(["apt-get", "-q", *words], env=env, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            print(f"apt-get {words[0]} ended with {done.returncode}. {ask}", file=sys.stderr)
            return 1
    left = missing()
    if left:
        print(f"After the installation {' '.join(left)} could not be found. {ask}", file=sys.stderr)
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main())
