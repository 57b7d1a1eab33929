#!/usr/bin/env bash
# Installs what faultline is built with on Debian 12 (as root, or with sudo), and nothing twice: Debian's packages,
# and PyTorch's wheel, which is our LibTorch for CPU and CUDA, in an environment under the user's cache folder that all
# checkouts share.
#
#   scripts/setup.sh                   everything
#   scripts/setup.sh --libtorch ROOT   Debian's packages only; build with -DLIBTORCH=ROOT (the LibTorch zip, or /usr)
#   scripts/setup.sh --tests           and what only tests need: a browser (may stand with --libtorch)
set -euo pipefail

torch_version=2.11.0
python_packages=(torch==$torch_version torchvision==0.26.0 pillow==12.3.0 numpy)
packages=(build-essential ca-certificates ccache cmake git libbenchmark-dev libboost-dev libcli11-dev libfmt-dev
    libgmock-dev libgraphviz-dev libgtest-dev libopencv-dev librandom123-dev libspdlog-dev libssl-dev libxxhash-dev
    ninja-build nlohmann-json3-dev python3 python3-jsonschema python3-matplotlib python3-venv zlib1g-dev)

libtorch=
while [ $# -gt 0 ]; do
    case "$1" in
        --libtorch) libtorch=${2:?--libtorch needs a folder}; shift 2 ;;
        --tests) packages+=(chromium); shift ;;
        *) sed -n '2,8p' "$0"; exit 2 ;;
    esac
done

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

install_packages() {
    local missing=()
    for package in "${packages[@]}"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} = 0 ] && return
    echo "setup: installing ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# The environment counts as there only once it is complete, with these very versions; the note says which it holds.
install_torch() {
    local folder=${XDG_CACHE_HOME:-$HOME/.cache}/faultline/python-torch-$torch_version
    mkdir -p "$folder"
    exec 9>"$folder.lock"
    flock 9
    [ "$(cat "$folder/complete" 2>/dev/null)" = "${python_packages[*]}" ] && return
    echo "setup: installing ${python_packages[*]} into $folder (about 5 GB)"
    /usr/bin/python3 -m venv "$folder"
    "$folder/bin/pip" install -q --no-cache-dir --disable-pip-version-check "${python_packages[@]}"
    echo "${python_packages[*]}" > "$folder/complete"
}

install_packages
if [ -n "$libtorch" ]; then
    [ -e "$libtorch/include/torch/script.h" ] || { echo "setup: no LibTorch in $libtorch" >&2; exit 2; }
else
    install_torch
fi
