package cassette_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

func TestSaveAndLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cart", "checkout", "pays.yaml")
	for _, c := range []*cassette.Cassette{bodies(), headers(), {}} { // each over the one before
		if err := c.Save(path); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil || string(data) != string(c.Encode()) {
			t.Errorf("the file holds, error %v,\n%s", err, data)
		}
		read, err := cassette.Load(path)
		if err != nil || show(read) != show(c) {
			t.Errorf("read is, error %v,\n%s", err, show(read))
		}
	}
	checkFiles(t, filepath.Dir(path), "pays.yaml")
}

// checkFiles fails if a folder holds anything but the named files, such as a
// temporary file that was left behind.
func checkFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	found := names(t, dir)
	if !slices.Equal(found, want) {
		t.Errorf("%s holds %q, not %q", dir, found, want)
	}
}

func TestSaveFails(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("not a folder"), 0o666); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, "folder.yaml")
	if err := os.Mkdir(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"the folder is a file": filepath.Join(file, "a.yaml"),
		"the file is a folder": folder,
	} {
		err := bodies().Save(path)
		checkUnsaved(t, name, path, "make its folder writable", err)
		checkFiles(t, dir, "file") // and folders
		checkFiles(t, folder)
	}
	if data, err := os.ReadFile(file); err != nil || string(data) != "not a folder" {
		t.Errorf("the file holds %q, error %v", data, err)
	}
}

func checkUnsaved(t *testing.T, name, path, remedy string, err error) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: is saved", name)
		return
	}
	message := err.Error()
	if !strings.HasPrefix(message, path+": the cassette was not saved: ") ||
		!strings.HasSuffix(message, "; "+remedy+" and record this spec again") || strings.Contains(message, "\n") {
		t.Errorf("%s: the error is %q", name, message)
	}
	if pathError, linkError := new(fs.PathError), new(os.LinkError); !errors.As(err, &pathError) && !errors.As(err, &linkError) {
		t.Errorf("%s: the error %v does not wrap that of the file system", name, err)
	}
}

// Whoever loads while others save finds one whole cassette.
func TestConcurrentSaves(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "shared.yaml")
	tapes := []*cassette.Cassette{bodies(), headers(), endings()}
	whole := make(map[string]bool)
	for _, c := range tapes {
		whole[show(c)] = true
	}
	if err := tapes[0].Save(path); err != nil {
		t.Fatal(err)
	}
	var savers sync.WaitGroup
	for _, c := range tapes {
		savers.Add(1)
		go func() {
			defer savers.Done()
			for range 10 {
				if err := c.Save(path); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	done := make(chan struct{})
	go func() { savers.Wait(); close(done) }()
	for saving := true; saving; {
		select {
		case <-done:
			saving = false
		default:
		}
		c, err := cassette.Load(path)
		if err != nil {
			t.Error(err)
		} else if !whole[show(c)] {
			t.Errorf("read is\n%s", show(c))
		}
	}
	checkFiles(t, dir, "shared.yaml")
}

func TestLoadFails(t *testing.T) {
	dir := t.TempDir()
	if _, err := cassette.Load(filepath.Join(dir, "none.yaml")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: the error is %v", err)
	}

	broken := filepath.Join(dir, "broken.yaml")
	if err := os.WriteFile(broken, []byte(head+"a: b\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	large := filepath.Join(dir, "large.yaml")
	if err := os.WriteFile(large, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, disk.MaxSize+1); err != nil { // a hole, no bytes on the disk
		t.Fatal(err)
	}
	for path, message := range map[string]string{
		dir:    ": is not a file; put the file itself there, or delete it and record this spec again",
		broken: `:2: unknown key "a"; known are ginkgo-vcr, partial, quotes, replacements, spec, suite` + mend,
		large:  fmt.Sprintf(": has %d bytes, more than a cassette may have; delete it and record this spec again", disk.MaxSize+1),
	} {
		c, err := cassette.Load(path)
		if c != nil || !errors.Is(err, cassette.ErrSyntax) || err.Error() != path+message {
			t.Errorf("the error is\n\t%v\nnot\n\t%s", err, path+message)
		}
	}
}

// What would not be read again is not written.
func TestSaveRefusesWhatIsTooLarge(t *testing.T) {
	path := filepath.Join(t.TempDir(), "large.yaml")
	c := &cassette.Cassette{BodyLimit: 1, Interactions: []*cassette.Interaction{{
		Request:  cassette.Request{Method: "GET", URL: "http://example.com/"},
		Response: cassette.Response{Status: 200, Body: cassette.NewBody(make([]byte, disk.MaxSize+1))},
	}}}
	want := fmt.Sprintf("%s: the cassette was not saved: a file of %d bytes is more than the %d that would be read again; send this request past the recording", path, disk.MaxSize+1, disk.MaxSize)
	if err := c.Save(path); err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	checkFiles(t, filepath.Dir(path))
}

// A save takes memory for what is written together, and not for the file.
func TestSaveIsStreamed(t *testing.T) {
	body := strings.Repeat(`{"n":1}`+"\n", 1<<10)
	var bodies []string
	for range 1000 {
		bodies = append(bodies, body)
	}
	c := tape(bodies...)
	c.BodyLimit = -1
	path := filepath.Join(t.TempDir(), "a.yaml")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := c.Save(path)
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	size, allocated := uint64(len(readFile(t, path))), after.TotalAlloc-before.TotalAlloc
	if allocated > size/4 {
		t.Errorf("saving %d bytes allocated %d", size, allocated)
	}
}
