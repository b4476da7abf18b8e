package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// A Dataset is a dataset's last version, with the names it had before.
type Dataset struct {
	ID, Name, GUID, PageURL string
	OldNames                []string
	IsGone                  bool
}

// Datasets are all datasets ever seen, vanished ones included, by id.
func (w *Warehouse) Datasets(ctx context.Context) ([]Dataset, error) {
	const query = `
		select dataset_id, coalesce(arg_max(name, (seen_at, unit_id)), '') as name,
			coalesce(arg_max(guid, (seen_at, unit_id)), ''), coalesce(arg_max(page_url, (seen_at, unit_id)), ''),
			array_to_string(list_sort(list_distinct(list(name))), chr(10)), arg_max(is_gone, (seen_at, unit_id))
		from raw.dataset
		group by dataset_id
		order by dataset_id`
	return collect(ctx, w.db, func(rows *sql.Rows, d *Dataset) error {
		var names string
		if err := rows.Scan(&d.ID, &d.Name, &d.GUID, &d.PageURL, &names, &d.IsGone); err != nil {
			return err
		}
		for name := range strings.SplitSeq(names, "\n") {
			if name != d.Name && name != "" {
				d.OldNames = append(d.OldNames, name)
			}
		}
		return nil
	}, query)
}

// A Resource is one version of a resource.
type Resource struct {
	ID, DatasetID, Name, URL                       string
	Format, LocatorFunction, ResourceType, URLType string
	VersionHash                                    int64
	IsLast                                         bool // what its dataset has now, or had last
}

// Resources are all versions of all resources, vanished ones included.
func (w *Warehouse) Resources(ctx context.Context) ([]Resource, error) {
	const query = `
		with last_resource as (
			select resource_id, arg_max(is_gone, (seen_at, unit_id)) as is_gone,
				arg_max(version_hash, (seen_at, unit_id)) filter (where not is_gone) as version_hash
			from raw.resource group by resource_id
		),
		last_dataset as (
			select dataset_id, arg_max(is_gone, (seen_at, unit_id)) as is_gone from raw.dataset group by dataset_id
		)
		select resource_id, dataset_id, max(coalesce(name, '')), coalesce(url, ''), coalesce(format, ''), coalesce(locator_function, ''),
			coalesce(resource_type, ''), coalesce(url_type, ''), raw.resource.version_hash,
			raw.resource.version_hash = last_resource.version_hash
				and (not last_resource.is_gone or coalesce(last_dataset.is_gone, true)) as is_last
		from raw.resource
		left join last_resource using (resource_id)
		left join last_dataset using (dataset_id)
		where not raw.resource.is_gone
		group by all
		order by all`
	return collect(ctx, w.db, func(rows *sql.Rows, r *Resource) error {
		return rows.Scan(&r.ID, &r.DatasetID, &r.Name, &r.URL, &r.Format, &r.LocatorFunction, &r.ResourceType, &r.URLType, &r.VersionHash, &r.IsLast)
	}, query)
}

// A Role is what one version of a resource is: data, service, document or page.
type Role struct {
	ResourceID  string
	VersionHash int64
	Role, Rule  string
}

// SetRoles replaces the roles of all resources.
func (w *Warehouse) SetRoles(ctx context.Context, roles []Role, version string) error {
	rows := make([]string, len(roles))
	for i, r := range roles {
		rows[i] = fmt.Sprintf("(%s, %d, %s, %s, %s)",
			quoteText(r.ResourceID), r.VersionHash, quoteText(r.Role), quoteText(r.Rule), quoteText(version))
	}
	return w.replaceRows(ctx, "resource roles", "traffic.resource_role", rows)
}
