package standin_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
)

func TestLoadErrors(t *testing.T) {
	const request = "-- request --\nPOST /v1/chat\n"
	cases := []struct{ name, text, want string }{
		{"no response", request, "sample.txtar: not a request and its response: request"},
		{"wrong order", "-- response --\n" + request, "sample.txtar: not a request and its response: response"},
		{"no path", "-- request --\nPOST\n-- response --\n", `sample.txtar: request "POST": not a method and a path`},
		{"no status", request + "-- response --\n{}\n", "sample.txtar: response to POST /v1/chat: "},
		{"no message", request + "-- response --\nHTTP/1.1 200 OK\nContent-Type: application/vnd.amazon.eventstream\n\nping {}\n",
			`sample.txtar: response to POST /v1/chat: message "ping {}\n": `},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := standin.Load(fstest.MapFS{"sample.txtar": {Data: []byte("Comment.\n" + c.text)}})
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}
