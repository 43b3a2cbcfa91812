package assistant

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// An api sends requests, and sends them again where the service asks for that.
type api struct {
	url    string
	client *http.Client
}

// mostTries is how often a request is sent.
const mostTries = 3

// post sends a JSON body and returns the response, whose status is below 300.
func (a *api) post(ctx context.Context, path string, header http.Header, body any) (*http.Response, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url+path, bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		req.Header = header.Clone()
		req.Header.Set("Content-Type", "application/json")
		resp, err := a.client.Do(req)
		switch {
		case err != nil:
			return nil, err
		case resp.StatusCode < 300:
			return resp, nil
		}
		said, _ := io.ReadAll(io.LimitReader(resp.Body, 1000))
		_ = resp.Body.Close()
		if try == mostTries || resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode < 500 {
			return nil, fmt.Errorf("%s: %s: %s", path, resp.Status, said)
		}
		if err := wait(ctx, pause(resp.Header, try)); err != nil {
			return nil, err
		}
	}
}

// pause is how long to wait before a request is sent again: what the service says, or
// else longer each time.
func pause(header http.Header, try int) time.Duration {
	if ms, err := strconv.ParseFloat(header.Get("Retry-After-Ms"), 64); err == nil {
		return time.Duration(ms * float64(time.Millisecond))
	}
	if seconds, err := strconv.ParseFloat(header.Get("Retry-After"), 64); err == nil {
		return time.Duration(seconds * float64(time.Second))
	}
	return time.Duration(try) * 500 * time.Millisecond
}

func wait(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// read decodes the JSON of a response and closes it.
func read(resp *http.Response, into any) error {
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(into)
}
