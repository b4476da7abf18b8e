// Package sql embeds the SQL files, nothing more.
package sql

import "embed"

// Files are the folders beside this file.
//
//go:embed schema queries
var Files embed.FS
