#!/bin/bash
# The first and only process of the virtual machine: mounts what Docker needs, starts the engine on the one network card,
# and ends when the console says so. Without systemd the engine answers seconds after the kernel has started.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
ln -s /proc/self/fd /dev/fd
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
mount -t cgroup2 cgroup2 /sys/fs/cgroup

# There is no udev to find these. Everything else, netem too, the kernel loads when it is first asked for it.
modprobe virtio_pci
modprobe virtio_net
# 10.0.2.15 is the guest of QEMU's user network (qemu-system(1), -netdev user).
ip link set dev lo up
ip link set dev eth0 up
ip address add 10.0.2.15/24 dev eth0

# Without certificates: only a port of 127.0.0.1 on the machine outside leads here. What is no terminal gets no colours.
dockerd --host=unix:///run/docker.sock --host=tcp://10.0.2.15:2375 --tls=false --storage-driver=overlay2 \
  --bip=172.29.0.1/16 --log-level=warn > >(cat) 2>&1 &
engine=$!

# Whatever comes on the console is the word to end: the disk must be whole where its changes are kept.
while kill -0 "$engine" 2>/dev/null; do
  read -r -t 1 _ && break
done
kill "$engine" 2>/dev/null || echo "dockerd has ended"
wait "$engine"
mount -o remount,ro /
sync
# proc(5): switches the machine off at once.
echo o > /proc/sysrq-trigger
sleep 60
