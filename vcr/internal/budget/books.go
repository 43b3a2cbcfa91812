package budget

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

func isLocked(err error) bool { return errors.Is(err, disk.ErrLocked) }

// inMemory are the books of one process.
type inMemory struct {
	mu      sync.Mutex
	account account
	inside  int
}

func (m *inMemory) update(change func(*account) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return change(&m.account)
}

func (m *inMemory) enter(places int) (leave func(), err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.inside >= places {
		return nil, disk.ErrLocked
	}
	m.inside++
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.inside--
	}, nil
}

// A folder holds the books of several processes: the account, a lock for who changes it,
// and a lock for each place of a call that is under way. A process that is killed leaves
// no lock. What its run has spent stays in its folder, which no other run reads.
type folder string

// tempDir is that of the start: a test may set another one later, in one of the
// processes.
var tempDir = os.TempDir()

// root is the folder of all runs of this user.
func root() string { return filepath.Join(tempDir, "ginkgo-vcr-"+strconv.Itoa(os.Getuid())) }

func folderOf(run string) folder { return folder(filepath.Join(root(), disk.Hash([]byte(run)))) }

// longestRun is after which time nobody needs a folder that a run left.
const longestRun = 7 * 24 * time.Hour

// make makes the folder where it is missing, and removes what runs left that broke off.
func (f folder) make() error {
	if err := ownFolder(filepath.Dir(string(f))); err != nil {
		return err
	}
	err := os.Mkdir(string(f), 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	others, _ := os.ReadDir(filepath.Dir(string(f)))
	for _, other := range others {
		if info, err := other.Info(); err == nil && time.Since(info.ModTime()) > longestRun {
			_ = os.RemoveAll(filepath.Join(filepath.Dir(string(f)), other.Name()))
		}
	}
	return err
}

// ownFolder makes a folder that others can neither read nor write. The temporary folder
// is for all users of a machine, one of whom may have put something else there.
func ownFolder(path string) error {
	err := os.Mkdir(path, 0o700)
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return err
	case !info.IsDir() || runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("%s: not a folder that only you can read; remove it", path)
	}
	return nil
}

// How long a process waits for another that changes the account, which takes well under
// a millisecond, and how often it looks.
const (
	longestChange = 10 * time.Second
	changePoll    = 500 * time.Microsecond
)

func (f folder) update(change func(*account) error) error {
	unlock, err := f.lock()
	if err != nil {
		return err
	}
	defer unlock()
	path := filepath.Join(string(f), "account.json")
	var a account
	before, _, err := disk.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(before, &a)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: cannot be read: %w; remove it", path, err)
	}
	if err := change(&a); err != nil {
		return err
	}
	after, err := json.Marshal(a)
	if err != nil || string(after) == string(before) {
		return err
	}
	if err := os.WriteFile(path+".new", after, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path) // it is whole, whenever this process is killed
}

// lock takes the lock of the account.
func (f folder) lock() (unlock func(), err error) {
	if err := f.make(); err != nil {
		return nil, err
	}
	path := filepath.Join(string(f), "account.lock")
	for until := time.Now().Add(longestChange); time.Now().Before(until); time.Sleep(changePoll) {
		if unlock, err = disk.TryLock(path); !isLocked(err) {
			return unlock, err
		}
	}
	return nil, fmt.Errorf("%s: another process holds this lock for more than %s; end it", path, longestChange)
}

func (f folder) enter(places int) (leave func(), err error) {
	for n := range places {
		if leave, err = disk.TryLock(filepath.Join(string(f), fmt.Sprintf("call-%d.lock", n+1))); !isLocked(err) {
			return leave, err
		}
	}
	return nil, disk.ErrLocked
}

func (f folder) remove() { _ = os.RemoveAll(string(f)) } // else a later run does
