package peer

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"github.com/google/go-replayers/httpreplay"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
)

// HTTPReplay is github.com/google/go-replayers/httpreplay, a proxy on loopback.
// It compares the method, the URL, the media type, the bytes of the body and the
// headers. The headers that the client adds on its way to the proxy are ignored.
// It plays an exchange once, so a tape that repeats has copies of it.
type HTTPReplay struct{}

// copies returns how often the log of a tape holds each exchange.
func (t *Tape) copies() int {
	const most = 1 << 20 // bytes of responses
	if !t.Repeats {
		return 1
	}
	return max(4, min(1000, most/len(t.Exchanges[0].Response.Body)))
}

// Name returns the name in the results.
func (HTTPReplay) Name() string { return "httpreplay" }

// Play starts the proxy.
func (HTTPReplay) Play(t *Tape) (*Session, error) {
	path, err := t.httpReplay()
	if err != nil {
		return nil, err
	}
	replayer, err := httpreplay.NewReplayer(path)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"Accept-Encoding", "Content-Length"} {
		replayer.IgnoreHeader(name)
	}
	transport := replayer.Client().Transport.(*http.Transport)
	return &Session{Transport: transport, Plays: t.copies(), Close: func() error {
		transport.CloseIdleConnections()
		return closeProxy(replayer.Close, replayer.ProxyURL())
	}}, nil
}

// Prepare reads the log and starts the proxy, which cannot be separated.
func (HTTPReplay) Prepare(t *Tape) (*File, error) {
	path, err := t.httpReplay()
	if err != nil {
		return nil, err
	}
	size, err := sizeOf(path)
	return &File{size, func() (func() error, error) {
		replayer, err := httpreplay.NewReplayer(path)
		if err != nil {
			return nil, err
		}
		return func() error { return closeProxy(replayer.Close, replayer.ProxyURL()) }, nil
	}}, err
}

// Record starts the proxy, which has a transport of its own.
func (HTTPReplay) Record(folder string, _ http.RoundTripper, _ bool) (*Session, error) {
	recorder, err := httpreplay.NewRecorder(filepath.Join(folder, "recorded.replay"), nil)
	if err != nil {
		return nil, err
	}
	transport := recorder.Client().Transport.(*http.Transport)
	return &Session{Transport: transport, Close: func() error {
		transport.CloseIdleConnections()
		return closeProxy(recorder.Close, recorder.ProxyURL())
	}}, nil
}

// closeProxy closes a proxy and its listener, which notices that only at its next
// connection.
func closeProxy(closeLog func() error, proxy *url.URL) error {
	err := closeLog()
	if conn, dialed := net.Dial("tcp", proxy.Host); dialed == nil {
		_ = conn.Close()
	}
	return err
}

// httpReplay returns the path of the tape's log.
func (t *Tape) httpReplay() (string, error) {
	ending := ".replay"
	if t.Repeats {
		ending = ".repeats.replay"
	}
	return t.file(ending, func(path string) error {
		log := replayLog{Version: "0.2"}
		for range t.copies() {
			for _, e := range t.Exchanges {
				log.Entries = append(log.Entries, replayEntry{
					ID:       fmt.Sprintf("%016x", len(log.Entries)),
					Request:  replayRequestOf(e),
					Response: replayResponse{http.StatusOK, "HTTP/1.1", 1, 1, e.Response.Header, []byte(e.Response.Body)},
				})
			}
		}
		log.Converter.RemoveRequestHeaders = []string{
			"^Authorization$", "^Proxy-Authorization$", "^Connection$", "^Content-Type$", "^Date$", "^Host$", "^Transfer-Encoding$",
			"^Via$", `^X-Forwarded-.*$`, "^X-Cloud-Trace-Context$", "^X-Goog-Api-Client$", "^X-Google-.*$", "^X-Gfe-.*$",
		}
		log.Converter.RemoveResponseHeaders = []string{"^X-Google-.*$", "^X-Gfe-.*$"}
		log.Converter.ClearHeaders = []string{"^X-Goog-.*Encryption-Key$"}
		data, err := json.MarshalIndent(log, "", "  ") // as its recorder does
		if err != nil {
			return err
		}
		return os.WriteFile(path, data, 0o600)
	})
}

func replayRequestOf(e exchange.Exchange) replayRequest {
	header := e.Header.Clone()
	header.Del("Authorization")
	header.Del("Content-Type")
	return replayRequest{http.MethodPost, e.URL, header, "application/json", [][]byte{[]byte(e.Body)}}
}

// The log of httpreplay, whose own types are internal.
type (
	replayLog struct {
		Initial   []byte
		Version   string
		Converter struct {
			ScrubBody, ClearHeaders, RemoveRequestHeaders, RemoveResponseHeaders, ClearParams, RemoveParams []string
		}
		Entries []replayEntry
	}
	replayEntry struct {
		ID       string
		Request  replayRequest
		Response replayResponse
	}
	replayRequest struct {
		Method, URL string
		Header      http.Header
		MediaType   string
		BodyParts   [][]byte
	}
	replayResponse struct {
		StatusCode             int
		Proto                  string
		ProtoMajor, ProtoMinor int
		Header                 http.Header
		Body                   []byte
	}
)
