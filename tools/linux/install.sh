#!/bin/sh
# Install Rotascope for one user, without root; it lies below ~/.local then.
#
#   ./install.sh              install, or replace an older version
#   ./install.sh --uninstall  take it away again; plans, the cache and the settings stay
#
# PREFIX names another folder than ~/.local.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
prefix=${PREFIX:-"$HOME/.local"}
program="$prefix/lib/rotascope"
shared="$prefix/share"

# Menus and file managers read these lists; a desktop without the tools reads the files themselves.
refresh() {
    if command -v update-desktop-database >/dev/null; then update-desktop-database -q "$shared/applications" || true; fi
    if command -v update-mime-database >/dev/null; then update-mime-database "$shared/mime" >/dev/null || true; fi
    if command -v gtk-update-icon-cache >/dev/null; then gtk-update-icon-cache -q -t "$shared/icons/hicolor" || true; fi
}

remove() {
    rm -rf "$program"
    rm -f "$prefix/bin/rotascope" "$prefix/bin/rotascope-terminal"
    rm -f "$shared/applications/rotascope.desktop" "$shared/mime/packages/rotascope.xml"
    rm -f "$shared"/icons/hicolor/*/apps/rotascope.png
}

case "${1:-}" in
    "") ;;
    --uninstall)
        remove
        refresh
        echo "Rotascope is taken away. Your plans, the cache and the settings are still there."
        exit 0
        ;;
    *)
        echo "usage: install.sh [--uninstall]" >&2
        exit 2
        ;;
esac

if [ ! -x "$here/Rotascope/Rotascope" ]; then
    echo "The folder Rotascope is not beside this script. Unpack the whole archive, and start install.sh there." >&2
    exit 1
fi
mkdir -p "$prefix/bin" "$prefix/lib" "$shared/applications" "$shared/mime/packages"
# The copy is whole before the old one goes: a full disk leaves what was there.
rm -rf "$program.new"
trap 'rm -rf "$program.new"' EXIT
cp -R "$here/Rotascope" "$program.new"
cp "$here/install.sh" "$program.new/install.sh"
remove
mv "$program.new" "$program"
ln -s ../lib/rotascope/Rotascope "$prefix/bin/rotascope"
ln -s ../lib/rotascope/rotascope-terminal "$prefix/bin/rotascope-terminal"
cp -R "$here/share/icons" "$here/share/mime" "$shared/"
# A desktop session does not always have ~/.local/bin on its path.
sed "s|^Exec=rotascope|Exec=\"$program/Rotascope\"|" "$here/share/applications/rotascope.desktop" \
    > "$shared/applications/rotascope.desktop"
refresh
echo "Rotascope is installed: in the menu, and as $prefix/bin/rotascope and $prefix/bin/rotascope-terminal."
echo "To take it away: $program/install.sh --uninstall"
