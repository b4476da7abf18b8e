package main

import "github.com/spf13/cobra"

func (a *app) datasetCommand() *cobra.Command { return &cobra.Command{Use: "dataset NAME"} }
