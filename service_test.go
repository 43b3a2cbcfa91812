package ginkgovcr_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

// service is what the acceptance suite is recorded from: a chat-completions API
// and a few endpoints that behave in the ways that promises are about.
func service() http.Handler {
	var polls atomic.Int64
	mux := http.NewServeMux()
	mux.Handle("/v1/", vcrtest.Chat())
	mux.HandleFunc("GET /poll", func(w http.ResponseWriter, _ *http.Request) {
		if n := polls.Add(1); n%3 == 0 {
			fmt.Fprint(w, "done")
			return
		}
		fmt.Fprint(w, "pending")
	})
	mux.HandleFunc("/echo/", func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		fmt.Fprintf(w, "%s %s %s", req.Method, req.URL.Path, body)
	})
	mux.HandleFunc("GET /bytes", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = io.WriteString(w, oddBytes)
	})
	mux.HandleFunc("GET /busy", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "0")
		http.Error(w, `{"error":{"message":"slow down"}}`, http.StatusTooManyRequests)
	})
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Set-Cookie", "session=cookie-"+planted)
		fmt.Fprintf(w, `{"access_token":%q,"expires_in":3600}`, planted)
	})
	return mux
}

// oddBytes has what a text format is likely to lose.
var oddBytes = "\x00\x01 \t trailing blank \r\n\r\n" + strings.Repeat("\n", 3) + "\u0085\u2028\ufeff\xff\xfe no final newline"

// planted is a secret that the service hands out. It must not be on any tape.
const planted = "planted-" + "secret-value"
