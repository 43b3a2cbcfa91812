package disk_test

import (
	"errors"
	"io/fs"
	"syscall"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

func TestTheRemedyFitsTheError(t *testing.T) {
	for err, want := range map[error]string{
		syscall.ENOSPC:       "the disk is full: free space on it",
		syscall.EDQUOT:       "your quota of the disk is used up: free space",
		syscall.EROFS:        "the file system is read-only: mount it for writing, or choose another folder,",
		syscall.ENAMETOOLONG: "give the cassette a shorter name",
		syscall.EACCES:       "make its folder writable",
		errors.New("other"):  "make its folder writable",
	} {
		got := disk.Unsaved("a.yaml", &fs.PathError{Op: "write", Path: "a.yaml", Err: err}).Error()
		if want = "a.yaml: the cassette was not saved: write a.yaml: " + err.Error() + "; " + want + " and record this spec again"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
