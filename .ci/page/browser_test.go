package page

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// command builds the command vcr, once.
func command(t *testing.T) string {
	t.Helper()
	binary, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "vcr")
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "vcr")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = filepath.FromSlash("../../vcr/cmd/vcr")
	if out, err := build.CombinedOutput(); err != nil {
		return "", errors.New(string(out))
	}
	return binary, nil
})

func TestMain(m *testing.M) {
	status := m.Run()
	if binary, err := built(); err == nil {
		_ = os.RemoveAll(filepath.Dir(binary))
	}
	os.Exit(status)
}

// A tab shows a page in a browser without a window, and notes what the page should not do.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu     sync.Mutex
	sent   []string // the URLs of requests
	strays []string // dialogs, exceptions, errors on the console
}

// open opens a page. Nothing that the browser does reaches a network: it has a proxy that
// does not exist.
func open(t *testing.T, url string, scheme string, width, height int64) *tab {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Fatal("no Chromium in PATH; install it, as the package chromium of Debian")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.ProxyServer("127.0.0.1:9"), chromedp.Flag("disable-component-update", true))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {})) // it knows fewer events than the browser
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 40*time.Second)
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx}
	chromedp.ListenTarget(ctx, b.note)
	b.do(
		network.Enable(), runtime.Enable(),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}),
		emulation.SetDeviceMetricsOverride(width, height, 1, false),
		chromedp.ActionFunc(func(ctx context.Context) error {
			permissions := []browser.PermissionType{browser.PermissionTypeClipboardReadWrite, browser.PermissionTypeClipboardSanitizedWrite}
			return browser.GrantPermissions(permissions).Do(cdp.WithExecutor(ctx, chromedp.FromContext(ctx).Browser))
		}),
		chromedp.Navigate(url), chromedp.WaitReady("#table tbody tr"),
	)
	t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if want := []string{url}; !slices.Equal(b.sent, want) {
			t.Errorf("the page sent %q, want %q", b.sent, want)
		}
		if len(b.strays) > 0 {
			t.Errorf("the page did what it should not: %q", b.strays)
		}
	})
	return b
}

func (b *tab) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.sent = append(b.sent, e.Request.URL)
	case *cdppage.EventJavascriptDialogOpening:
		b.strays = append(b.strays, "dialog: "+e.Message)
	case *runtime.EventExceptionThrown:
		b.strays = append(b.strays, "exception: "+e.ExceptionDetails.Error())
	}
}

func (b *tab) do(actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// eval returns what an expression is on the page.
func eval[T any](b *tab, expression string) (value T) {
	b.t.Helper()
	b.do(chromedp.Evaluate(expression, &value, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	return value
}

// eventually waits until an expression is what it should be.
func eventually[T comparable](b *tab, expression string, want T) {
	b.t.Helper()
	var got T
	for range 60 {
		if got = eval[T](b, expression); got == want {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.t.Errorf("%s is %v, want %v", expression, got, want)
}

// click presses the button that has a text.
func (b *tab) click(text string) {
	b.t.Helper()
	if !eval[bool](b, `(() => { const found = [...document.querySelectorAll("button")].filter((b) => b.offsetParent && b.textContent === `+quoted(text)+`); if (found.length) found[0].click(); return found.length > 0; })()`) {
		b.t.Fatalf("no button says %q", text)
	}
}

// search types words into the field.
func (b *tab) search(words string) {
	b.t.Helper()
	b.do(chromedp.Evaluate(`(() => { const field = document.querySelector("#search"); field.focus(); field.value = ""; })()`, nil), chromedp.KeyEvent(words))
}

func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(text) + `"`
}
