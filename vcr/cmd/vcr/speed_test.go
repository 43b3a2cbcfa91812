package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// 3,000 cassettes of 50 KB each are read in less than two seconds.
func BenchmarkTree(b *testing.B) {
	dir := b.TempDir()
	var total int64
	for n := range 3000 {
		c := &cassette.Cassette{Suite: "example.com/shop", Spec: fmt.Sprintf("part %d / spec %d", n%50, n)}
		for k := range 5 {
			text := strings.Repeat(fmt.Sprintf("The %d. umbrella is dry, and the sky is blue. ", n), 200)
			c.Interactions = append(c.Interactions, &cassette.Interaction{
				Request:  cassette.Request{Method: "POST", URL: "https://api.example.com/v1/chat/completions", Body: cassette.NewBody(fmt.Appendf(nil, `{"messages":[{"role":"user","content":%q}]}`, text[:100*k+1]))},
				Response: cassette.Response{Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: cassette.NewBody(fmt.Appendf(nil, `{"choices":[{"message":{"content":%q}}],"usage":{"prompt_tokens":14,"completion_tokens":700}}`, text))},
				Recorded: time.Now(), Took: time.Second,
			})
		}
		path, content := filepath.Join(dir, "cassettes", fmt.Sprintf("part_%d", n%50), fmt.Sprintf("spec_%d.yaml", n)), c.Encode()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			b.Fatal(err)
		}
		total += int64(len(content))
	}
	for _, name := range []string{"ls", "check"} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(total)
			for range b.N {
				var stdout, stderr bytes.Buffer
				if code := run([]string{name, dir}, &stdout, &stderr); code != 0 {
					b.Fatalf("status %d: %s%s", code, stdout.String(), stderr.String())
				}
			}
		})
	}
}
