import { describe, expect, it } from '@jest/globals'
import { containersIn } from '../../../compose/foreign/own-container.ts'

const id = 'ab'.repeat(32)
const other = 'cd'.repeat(32)

describe('the container that a process runs in', () => {
  it('is known by what its engine mounts over its /etc', () => {
    const mountinfo = `1433 1432 254:1 /var/lib/docker/containers/${id}/resolv.conf /etc/resolv.conf rw,relatime - ext4 /dev/vda1 rw
1434 1432 254:1 /data/docker/containers/${id}/hostname /etc/hostname rw,relatime - ext4 /dev/vda1 rw
1436 1432 0:24 /docker.sock /run/docker.sock rw - tmpfs tmpfs rw\n`
    expect([...containersIn(mountinfo)]).toEqual([id])
  })

  it('is none of those that a host has mounts of', () => {
    const mountinfo = `610 29 0:52 / /var/lib/docker/containers/${other}/mounts/shm rw,relatime - tmpfs shm rw
611 29 0:53 / /var/lib/docker/overlay2/${other}/merged rw,relatime - overlay overlay rw
612 29 254:1 /etc/hosts /etc/hosts rw,relatime - ext4 /dev/vda1 rw\n`
    expect([...containersIn(mountinfo)]).toEqual([])
  })
})
