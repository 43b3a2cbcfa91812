package vcr

import (
	"context"
	"net/http"
)

// A baseTransport is what [Base] was given. It may be http.DefaultTransport, a
// clone of it, or something around one of them: what it sends is neither
// intercepted nor refused.
type baseTransport struct{ http.RoundTripper }

func baseOf(given http.RoundTripper) http.RoundTripper {
	if given == nil {
		return nil
	}
	return baseTransport{given}
}

type ofBase struct{}

func isOfBase(ctx context.Context) bool { return ctx.Value(ofBase{}) != nil }

func (t baseTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.RoundTripper.RoundTrip(req.WithContext(context.WithValue(req.Context(), ofBase{}, true)))
	if resp != nil {
		resp.Request = req
	}
	return resp, err
}
