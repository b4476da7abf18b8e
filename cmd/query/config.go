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
// of the configuration, else the default. All but the flag are relative to the configuration's
// folder, so that ingest writes where query reads.
func (a *app) databasePath() (string, error) {
	if a.database != "" {
		return a.database, nil
	}
	v, file, err := a.configuration()
	if err != nil {
		return "", err
	}
	if file == "" {
		return v.GetString("published"), nil
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

// configuration reads the file of --config, else of FOOTFALL_CONFIG, else the default one if it is
// there. Without a file its name is empty, and the environment and the defaults are all there is.
func (a *app) configuration() (v *viper.Viper, file string, err error) {
	v = viper.New()
	v.SetDefault("published", defaultDatabase)
	if err := errors.Join(v.BindEnv("published", "FOOTFALL_PUBLISHED"),
		v.BindEnv("config", "FOOTFALL_CONFIG")); err != nil {
		return nil, "", err
	}
	file = a.config
	if file == "" {
		file = v.GetString("config")
	}
	if file == "" {
		file = defaultConfig
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return v, "", nil
		}
	}
	v.SetConfigFile(file)
	v.SetConfigType("yaml")
	if err := v.ReadInConfig(); err != nil {
		return nil, "", usageError{fmt.Errorf("configuration %s: %w", file, err)}
	}
	return v, file, nil
}
