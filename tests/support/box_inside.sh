#!/bin/sh
# Run as PID 1 of fresh namespaces: makes a throw-away root out of the machine's own, and becomes systemd in it.
#   box_inside.sh FOLDER [FROM=TO]…      FROM is shown, read-only, at TO
set -eu
folder=$1
shift
mount --make-rprivate /
mount -t tmpfs -o mode=755,size=1g box "$folder"
root=$folder/root
mkdir "$folder/written" "$folder/work" "$root"
mount -t overlay -o "lowerdir=/,upperdir=$folder/written,workdir=$folder/work" box "$root"

# What a machine has mounted, as far as systemd and its sandboxes need it.
mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys" # the kernel's own switches are the host's
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
mount -t cgroup2 -o nosuid,nodev,noexec,nsdelegate cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755,nosuid,nodev run "$root/run"
mount -t tmpfs -o mode=1777,nosuid,nodev tmp "$root/tmp"
mount -t tmpfs -o mode=755,nosuid dev "$root/dev"
while read -r name major minor; do
  mknod -m 666 "$root/dev/$name" c "$major" "$minor"
done <<END
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
END
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777,nosuid,nodev shm "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s fd/0 "$root/dev/stdin"
ln -s fd/1 "$root/dev/stdout"
ln -s fd/2 "$root/dev/stderr"

# A machine of its own: no disks to mount, no name, and nothing of what the host has switched on.
rm -rf "$root/etc/systemd/system"
mkdir -p "$root/etc/systemd/system"
: >"$root/etc/fstab"
echo b0c5b0c5b0c5b0c5b0c5b0c5b0c5b0c5 >"$root/etc/machine-id"
for unit in systemd-modules-load systemd-networkd systemd-udevd systemd-udevd-control systemd-udevd-kernel avahi-daemon; do
  ln -s /dev/null "$root/etc/systemd/system/$unit.service"
  ln -s /dev/null "$root/etc/systemd/system/$unit.socket"
done
hostname box
ip link set lo up

for shown in "$@"; do
  mkdir -p "$root${shown#*=}"
  mount --bind "${shown%%=*}" "$root${shown#*=}"
  mount -o remount,bind,ro "$root${shown#*=}"
done

mkdir "$root/host"
cd "$root"
pivot_root . host
umount -l /host
rmdir /host
mount --make-rshared / # systemd hands credentials to services by mounts that must spread
cd /
exec env -i container=box PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb \
  /lib/systemd/systemd --system --unit=basic.target --show-status=no --log-target=journal
