import { describe, expect, it } from 'vitest'
import { candidateEndpoints, dockerAt, localSocket, remoteHost, socketPaths } from './endpoint.ts'

describe('candidateEndpoints', () => {
  it('is DOCKER_HOST alone where that is set', async () => {
    expect(await candidateEndpoints({ DOCKER_HOST: 'tcp://192.0.2.1:2376' })).toEqual([
      { url: 'tcp://192.0.2.1:2376', named: true },
    ])
  })
})

describe('socketPaths', () => {
  it('puts the default socket first and Podman last', () => {
    expect(socketPaths({ XDG_RUNTIME_DIR: '/run/user/1000' }, '/home/jim', 1000)).toEqual([
      '/var/run/docker.sock',
      '/run/user/1000/docker.sock',
      '/home/jim/.docker/run/docker.sock',
      '/home/jim/.docker/desktop/docker.sock',
      '/run/user/1000/docker.sock',
      '/run/podman/podman.sock',
      '/run/user/1000/podman/podman.sock',
    ])
  })
})

describe('endpoints', () => {
  it('are local or remote', () => {
    expect(localSocket('unix:///var/run/docker.sock')).toBe('/var/run/docker.sock')
    expect(localSocket('npipe:////./pipe/docker_engine')).toBe('//./pipe/docker_engine')
    expect(remoteHost('unix:///var/run/docker.sock')).toBeUndefined()
    expect(remoteHost('tcp://engine.example:2376')).toBe('engine.example')
    expect(remoteHost('127.0.0.1:2375')).toBe('127.0.0.1')
  })

  it('that are no address are refused with an example of one', () => {
    expect(() => dockerAt('tcp://')).toThrow('the engine\'s address is not a URL: "tcp://"')
  })
})
