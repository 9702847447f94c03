#!/bin/sh
# What a schedule runs: crawl what is due, say which sources are ill, then what arsip.env asks for.
#
# Exit 0: all is well; 1: a source is ill, or something is missing; 2: bad configuration; 3: the archive
# cannot be written, or a crawl is under way already. That a site was down this morning is no news:
# whether a source is ill is for `archive health` to say, from all its crawls.
set -u
cd "$(dirname "$0")/.." || exit 2
# Read as systemd and Docker read such files: a line each, as it stands, no quotation marks.
if [ -f arsip.env ]; then
    while IFS= read -r line || [ -n "$line" ]; do
        line=${line%"$(printf '\r')"}
        case $line in
            '' | '#'*) ;;
            *=*) export "${line?}" || exit 2 ;;
            *) echo "arsip.env: '$line' is not NAME=VALUE" >&2 && exit 2 ;;
        esac
    done <arsip.env
fi

archive() { .venv/bin/python -m archive "$@"; }
worst=0
notice() {
    [ "$1" -le "$worst" ] || worst=$1
}

# In the background, so that SIGTERM can be handed on, and the crawl ends as it should. Ctrl-C reaches
# it by itself, and a second signal would not wait for what is under way.
.venv/bin/scrapy crawlall --due --within "${WITHIN:-50m}" "$@" &
crawl=$!
trap 'kill -TERM "$crawl"' TERM
trap : INT
wait "$crawl"
crawled=$?
if [ "$crawled" -gt 128 ]; then # a signal came; it ends in its own time
    wait "$crawl"
    exit $?
fi
trap - TERM INT
[ "$crawled" -le 1 ] || exit "$crawled"

archive health ${WEBHOOK:+--webhook "$WEBHOOK"}
notice $?
if [ -f "${WATCHES:-watches.toml}" ]; then
    archive watch run ${WATCH_PIPE:+--pipe "$WATCH_PIPE"}
    notice $?
    if [ -n "${FEEDS:-}" ]; then
        archive feeds -o "$FEEDS" ${FEEDS_URL:+--url "$FEEDS_URL"}
        notice $?
    fi
fi
if [ -n "${STATUS_PAGE:-}" ]; then
    archive status-page -o "$STATUS_PAGE" ${STATUS_LANG:+--lang "$STATUS_LANG"}
    notice $?
fi
if [ -n "${EXPORT:-}" ]; then
    mkdir -p "$(dirname "$EXPORT")" && archive export -o "$EXPORT"
    notice $?
fi
if [ -n "${DROP_WAYS_AFTER:-}" ]; then
    archive captures --drop-older-than "$DROP_WAYS_AFTER"
    notice $?
fi
if [ -n "${TIMESTAMP_SERVICES:-}" ]; then
    archive stamp ${TIMESTAMP_ROOTS:+--roots "$TIMESTAMP_ROOTS"} # after what deletes files, before what copies the archive
    notice $?
fi
if [ -n "${BACKUP:-}" ]; then
    # One for each day of the week, so that a fault found late has not reached all of them.
    mkdir -p "$BACKUP" && archive backup "$BACKUP/archive-$(date -u +%u).db.zst"
    notice $?
fi
exit "$worst"
