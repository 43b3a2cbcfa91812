package assistant

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// A login gets a token and keeps it as long as it is good.
type login struct {
	api    *api
	secret string

	mu    sync.Mutex
	token string
	until time.Time
}

// header returns the header of a request with a token that is good.
func (l *login) header(ctx context.Context) (http.Header, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !time.Now().Before(l.until) {
		if err := l.ask(ctx); err != nil {
			return nil, err
		}
	}
	return http.Header{"Authorization": {"Bearer " + l.token}}, nil
}

func (l *login) ask(ctx context.Context) error {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"assistant"}, "client_secret": {l.secret}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.api.url+"/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := l.api.client.Do(req)
	if err != nil {
		return err
	}
	var granted struct {
		Token     string `json:"access_token"`
		ExpiresAt int64  `json:"expires_at"`
	}
	if err := read(resp, &granted); err != nil || granted.Token == "" {
		return fmt.Errorf("logging in: %s, and no token: %v", resp.Status, err)
	}
	l.token, l.until = granted.Token, time.Unix(granted.ExpiresAt, 0)
	return nil
}
