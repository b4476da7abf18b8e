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
	ID, DatasetID, URL                             string
	Format, LocatorFunction, ResourceType, URLType string
	VersionHash                                    int64
}

// Resources are all versions of all resources, vanished ones included.
func (w *Warehouse) Resources(ctx context.Context) ([]Resource, error) {
	const query = `
		select distinct resource_id, dataset_id, coalesce(url, ''), coalesce(format, ''), coalesce(locator_function, ''),
			coalesce(resource_type, ''), coalesce(url_type, ''), version_hash
		from raw.resource
		where not is_gone
		order by all`
	return collect(ctx, w.db, func(rows *sql.Rows, r *Resource) error {
		return rows.Scan(&r.ID, &r.DatasetID, &r.URL, &r.Format, &r.LocatorFunction, &r.ResourceType, &r.URLType, &r.VersionHash)
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
	return w.inTransaction(ctx, "resource roles", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `delete from traffic.resource_role`); err != nil {
			return err
		}
		const atOnce = 1000
		for len(roles) > 0 {
			some := roles[:min(atOnce, len(roles))]
			roles = roles[len(some):]
			values := make([]string, len(some))
			for i, r := range some {
				values[i] = fmt.Sprintf("(%s, %d, %s, %s, %s)",
					quoteText(r.ResourceID), r.VersionHash, quoteText(r.Role), quoteText(r.Rule), quoteText(version))
			}
			if _, err := tx.ExecContext(ctx, `insert into traffic.resource_role values `+strings.Join(values, ", ")); err != nil {
				return err
			}
		}
		return nil
	})
}
