// Package sql embeds the SQL files, the seeds and the allow-list of what is published.
//
// It holds no code: a file put into one of the folders is found by those who read them.
package sql

import "embed"

// Files are the folders beside this file.
//
//go:embed schema staging intermediate marts checks seeds queries report published.csv
var Files embed.FS
