-- The part of all use that a source of counts sees is a share: more than nothing, no more than all,
-- and its low end is not above its mean nor that above its high end; and what is not known has
-- neither. Returns the sources that break it.
--
-- severity: error
--
-- source       the source
-- metric_kind  files or pages
-- share_low    low end
-- share_mean   mean
-- share_high   high end
-- share_basis  configured, measured or unknown

select source, metric_kind, share_low, share_mean, share_high, share_basis
from int_count_share
where
    share_low <= 0e0
    or share_low > share_mean
    or share_mean > share_high
    or share_high > 1e0
    or (share_low is not null and (share_mean is null or share_high is null))
    or (share_basis = 'unknown' and share_low is not null)
