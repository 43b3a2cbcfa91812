package redact_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// A compressed body that breaks off says its secrets as far as it goes.
func TestCompressedBodiesThatBreakOff(t *testing.T) {
	plain := []byte(`data: {"password":"planted-password","known":"planted-known"}` + "\n\n" + strings.Repeat("data: more\n\n", 500))
	for _, coding := range []string{"gzip", "deflate", "br", "zstd"} {
		whole := cassette.Encode(coding, plain)
		for name, body := range map[string][]byte{"cut": whole[:len(whole)-9], "junk behind it": append(bytes.Clone(whole), "junk"...), "whole": whole} {
			i := &cassette.Interaction{Response: cassette.Response{
				Header: http.Header{"Content-Encoding": {coding}, "Content-Type": {"text/event-stream"}},
				Body:   cassette.NewBody(body), Chunks: []cassette.Chunk{{Size: 5}, {Size: 7}},
			}}
			redactor(func() []redact.Secret { return []redact.Secret{{Name: "known", Value: "planted-known"}} }).Interaction(i)
			got, _ := cassette.Decode(coding, i.Response.Body.Bytes())
			if bytes.Contains(got, []byte("planted")) || bytes.Contains(i.Response.Body.Bytes(), []byte("planted")) {
				t.Errorf("%s, %s: got %q", coding, name, got)
			}
		}
	}
}

func TestSecretsInFailures(t *testing.T) {
	i := &cassette.Interaction{
		Request: cassette.Request{URL: "http://planted-host.example/?key=planted-key"},
		Error: &cassette.TransportError{
			Message: "cannot reach http://planted-host.example/?key=planted-key",
			Op:      &cassette.OpError{Op: "dial", Addr: "planted-host.example:80", Source: "planted-host.example:1"},
			DNS:     &cassette.DNSError{Reason: "planted-host.example is unknown", Name: "planted-host.example", Server: "planted-host.example"},
		},
	}
	redactor(func() []redact.Secret { return []redact.Secret{{Name: "host", Value: "planted-host"}} }).Interaction(i)
	tape := (&cassette.Cassette{Interactions: []*cassette.Interaction{i}}).Encode()
	if bytes.Contains(tape, []byte("planted")) || !bytes.Contains(tape, []byte("cannot reach http://[redacted:host].example/?key=[redacted:key]")) {
		t.Errorf("got\n%s", tape)
	}
}

// In server-sent events, JSON may go on in the next line.
func TestEventsOfSeveralLines(t *testing.T) {
	i := &cassette.Interaction{Response: cassette.Response{
		Header: http.Header{"Content-Type": {"text/event-stream"}},
		Body:   cassette.NewBody([]byte("data: {\"access_token\":\ndata:  \"planted\"}\n\n")),
	}}
	redactor(nil).Interaction(i)
	if got := i.Response.Body.String(); got != "data: {\"access_token\":\ndata:  \"[redacted:access_token]\"}\n\n" {
		t.Errorf("got %q", got)
	}
}

// A value under several names has one placeholder, and the same in every recording.
func TestPlaceholdersAreTheSameEveryTime(t *testing.T) {
	for range 50 {
		header := http.Header{"X-Api-Key": {"planted"}, "Authorization": {"planted"}, "Cookie": {"planted"}, "X-Auth-Token": {"planted"}}
		redactor(nil).Interaction(&cassette.Interaction{Request: cassette.Request{Header: header}})
		for name, values := range header {
			if values[0] != "[redacted:authorization]" {
				t.Fatalf("%s: got %s", name, values[0])
			}
		}
	}
}
