package recorder_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// refusals are requests that a session does not answer, one for each kind of error.
var refusals = map[string]func(*rig) (send func() error, want error){
	"a miss": func(d *rig) (func() error, error) {
		d.put(false, "/a")
		return sending(d.open(recorder.Config{Mode: recorder.None}), d.URL+"/b"), recorder.ErrMiss
	},
	"a refusal": func(d *rig) (func() error, error) {
		d.write(d.file(), "}{")
		return sending(d.open(recorder.Config{Mode: recorder.None}), d.URL+"/b"), recorder.ErrRefused
	},
	"a session that is over": func(d *rig) (func() error, error) {
		s := d.open(recorder.Config{Mode: recorder.None})
		_, _ = s.Close(true)
		return sending(s, d.URL+"/b"), recorder.ErrRefused
	},
}

func sending(s *recorder.Session, url string) func() error {
	return func() error {
		resp, err := s.Client().Get(url)
		if err == nil {
			_ = resp.Body.Close()
		}
		return err
	}
}

// No form of Gomega's polling asks again for what was refused.
func TestRefusalsEndPolling(t *testing.T) {
	for about, refused := range refusals {
		for form, poll := range map[string]func(g gomega.Gomega, send func() error){
			"Eventually": func(g gomega.Gomega, send func() error) {
				g.Eventually(send).WithTimeout(10 * time.Second).Should(gomega.Succeed())
			},
			"Eventually, of two values": func(g gomega.Gomega, send func() error) {
				g.Eventually(func() (string, error) { return "", send() }).WithTimeout(10 * time.Second).Should(gomega.Equal("answer"))
			},
			"Eventually, of an error that is wrapped": func(g gomega.Gomega, send func() error) {
				g.Eventually(func() error { return errors.Join(errors.New("the code failed"), send()) }).WithTimeout(10 * time.Second).Should(gomega.Succeed())
			},
			"Eventually, with a context": func(g gomega.Gomega, send func() error) {
				g.Eventually(func(context.Context) error { return send() }).WithContext(t.Context()).Should(gomega.Succeed())
			},
			"Consistently": func(g gomega.Gomega, send func() error) {
				g.Consistently(send).WithTimeout(10 * time.Second).ShouldNot(gomega.Succeed())
			},
		} {
			t.Run(about+", "+form, func(t *testing.T) {
				send, want := refused(newRig(t, nil))
				sent, failure := 0, ""
				g := gomega.NewGomega(func(message string, _ ...int) { failure = message })
				var err error
				poll(g, func() error {
					sent++
					err = send()
					return err
				})
				if !errors.Is(err, want) {
					t.Errorf("got the error %v", err)
				}
				equal(t, "sent", sent, 1)
				if !strings.HasPrefix(failure, "Told to stop trying after ") || !strings.HasSuffix(failure, err.Error()) {
					t.Errorf("got the failure %q", failure)
				}
			})
		}
	}
}

// Clients that ask an error whether to send again are told not to.
func TestRefusalsAreNotRetryable(t *testing.T) {
	for about, refused := range refusals {
		t.Run(about, func(t *testing.T) {
			send, _ := refused(newRig(t, nil))
			var said interface {
				Timeout() bool
				Temporary() bool
				RetryableError() bool
			}
			if err := send(); !errors.As(err, &said) || said.Timeout() || said.Temporary() || said.RetryableError() {
				t.Errorf("got the error %#v", err)
			}
			var other *http.MaxBytesError
			if err := send(); errors.As(err, &other) {
				t.Error("found what is not there")
			}
		})
	}
}
