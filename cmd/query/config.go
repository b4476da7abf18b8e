package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/viper"
)

const (
	defaultDatabase = "data/usage.duckdb"
	defaultConfig   = "footfall.yaml"
)

// databasePath is the published file: --database, else FOOTFALL_PUBLISHED, else the key published
// of the configuration, whose paths are relative to its own file, else the default beside it.
func (a *app) databasePath() (string, error) {
	if a.database != "" {
		return a.database, nil
	}
	v := viper.New()
	if err := v.BindEnv("published", "FOOTFALL_PUBLISHED"); err != nil {
		return "", err
	}
	if path := v.GetString("published"); path != "" {
		return path, nil
	}
	file := a.config
	if file == "" {
		file = defaultConfig
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return defaultDatabase, nil
		}
	}
	v.SetDefault("published", defaultDatabase)
	v.SetConfigFile(file)
	v.SetConfigType("yaml")
	if err := v.ReadInConfig(); err != nil {
		return "", usageError{fmt.Errorf("configuration %s: %w", file, err)}
	}
	path, ok := v.Get("published").(string)
	if !ok || path == "" {
		return "", usageError{fmt.Errorf("configuration %s: published names no file: "+
			"write a path, as in published: %s", file, defaultDatabase)}
	}
	if filepath.IsAbs(path) {
		return path, nil
	}
	return filepath.Join(filepath.Dir(file), path), nil
}
