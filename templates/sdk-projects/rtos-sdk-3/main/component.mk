# All sources of this folder.
CFLAGS += -Wno-error=format
