package main

import (
	"context"

	"footfall/internal/traffic"
)

// group finds the records of the catalogue that are one dataset.
func (l *pipeline) group(ctx context.Context, roles map[string]string) error {
	datasets, err := l.warehouse.Datasets(ctx)
	if err != nil {
		return err
	}
	resources, err := l.warehouse.Resources(ctx)
	if err != nil {
		return err
	}
	records := make([]traffic.Dataset, len(datasets))
	for i, d := range datasets {
		records[i] = traffic.Dataset{ID: d.ID, GUID: d.GUID}
	}
	var links []traffic.Resource
	for _, r := range resources {
		if u, isURL := traffic.ParseURL(r.URL); isURL && r.IsLast {
			links = append(links, traffic.Resource{DatasetID: r.DatasetID, URL: u, Role: roles[r.ID+"\x00"+r.URL]})
		}
	}
	return l.warehouse.SetGroups(ctx, traffic.Groups(records, links))
}
