# What each task runs, in a container of mailrig: see run.sh. Arguments: those of `mailrig run`.
# MAILRIG_SLOT and MAILRIG_SHARDS say which task this is, and of how many.

slot=$MAILRIG_SLOT
# Slots of a job are counted from 0, and where it is 0 Docker writes the id of the node.
case $slot in '' | *[!0-9]*) slot=0 ;; esac
index=$((slot + 1))
MAILRIG_SHARD=$index/$MAILRIG_SHARDS mailrig run --shard auto --report "shards/$index" "$@"
code=$?
# A verdict (1) and wrong input (2) would come again: that is in the document. An engine that is broken (3) is tried again.
case $code in 1 | 2) exit 0 ;; esac
exit $code
