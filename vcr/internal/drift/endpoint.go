package drift

import (
	"bytes"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/jsonrpc"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// endpointOf returns a method, host and path template, and the operation where a path has
// several, such as
//
//	POST api.example.com/v1/threads/{id}/messages
//	POST mcp.example.com/ tools/call search
func endpointOf(r cassette.Request) string {
	u, err := url.Parse(r.URL)
	if err != nil {
		return r.Method + " " + r.URL
	}
	return r.Method + " " + hostOf(u) + template(u.EscapedPath()) + operationOf(r)
}

// operationOf returns what a JSON-RPC call, an API of AWS or GraphQL is asked for.
func operationOf(r cassette.Request) string {
	body := r.Body.Bytes()
	isGraph := bytes.Contains(body, []byte(`"operationName"`))
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		return " " + target
	} else if !isGraph && !jsonrpc.MayHold(body) || len(body) > maxBody {
		return ""
	}
	value, err := media.ParseJSON(body)
	if err != nil {
		return ""
	}
	call, _ := value.(map[string]any)
	method, of := jsonrpc.Subject(call)
	if name, ok := call["operationName"].(string); ok && isGraph {
		method = name
	}
	operation := ""
	for _, name := range []string{method, of} {
		if name != "" && len(name) <= maxWord {
			operation += " " + name
		}
	}
	return operation
}

// hostOf returns the host of a URL. A server on this machine has another port each time.
func hostOf(u *url.URL) string {
	host := strings.ToLower(u.Host)
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.Trim(host, "[]")
	}
	if ip, err := netip.ParseAddr(name); name == "localhost" || err == nil && ip.IsLoopback() {
		return "localhost"
	}
	return host
}

// template returns a path without the names of single things and of models.
func template(path string) string {
	segments := strings.Split(path, "/")
	for n, segment := range segments {
		name, verb, _ := strings.Cut(segment, ":")
		if verb != "" {
			verb = ":" + verb
		}
		switch {
		case name == "" || n == 0:
		case isModelFolder(segments[n-1]):
			segments[n] = "{model}" + verb
		case isID(name) && !isVersion(name):
			segments[n] = "{id}" + verb
		}
	}
	return strings.Join(segments, "/")
}

func isModelFolder(name string) bool {
	switch name {
	case "model", "models", "deployments", "engines":
		return true
	}
	return false
}

// isVersion reports whether a segment is a date that names a version, as 2023-06-01.
func isVersion(name string) bool {
	return len(name) == len("2006-01-02") && name[4] == '-' && name[7] == '-' && strings.HasPrefix(name, "20")
}

// key names the answers that are compared with each other.
func key(endpoint string, a answer) string {
	return endpoint + " " + strconv.Itoa(a.status) + " " + string(a.form)
}
