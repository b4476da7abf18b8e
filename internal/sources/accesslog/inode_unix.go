//go:build unix

package accesslog

import (
	"io/fs"
	"syscall"
)

// inodeOf is the number of the file, which a rename keeps.
func inodeOf(info fs.FileInfo) int64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return int64(stat.Ino)
	}
	return 0
}
