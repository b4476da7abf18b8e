package accesslog

// What Caddy writes: lines of JSON, among which those of its access log say "handled request".
// Those of failed requests, which are in the access log as well, and of other matters are none.
var caddy = jsonFormat("caddy", "handled request", []jsonKey{
	{path: "ts", part: partTime},
	{path: "msg", part: partMessage},
	{path: "request.client_ip", part: partClient}, // the connection's, or what Caddy trusts to be behind it
	{path: "request.remote_ip", part: partClient, rank: 1},
	{path: "request.remote_addr", part: partClient, rank: 2}, // with its port, before Caddy 2.5
	{path: "request.method", part: partMethod},
	{path: "request.host", part: partHost},
	{path: "request.uri", part: partURI},
	{path: "request.headers.User-Agent", part: partAgent},
	{path: "request.headers.Referer", part: partReferrer},
	{path: "request.headers.X-Forwarded-For", part: partForwarded},
	{path: "size", part: partBytes},
	{path: "status", part: partStatus},
})
