// The manifests of deploy/kubernetes. They are written as objects of the published types, so that the compiler knows every
// word in them; a test holds their values against the published schemas.

import type { IJob } from 'kubernetes-models/batch/v1'
import type { IContainer, IPersistentVolumeClaim, IPodSpec, IVolumeMount } from 'kubernetes-models/v1'
import { EXIT } from '../../src/errors/mailrig-error.ts'

const SHARDS = 4
/** Where whoever uses them has put the image that `mailrig build --self` makes. */
const IMAGE = 'registry.example.com/mailrig/mailrig:trixie'
const SHARED = '/shared'

const mounted: IVolumeMount[] = [{ name: 'shared', mountPath: SHARED }]
const mailrig = { image: IMAGE, workingDir: `${SHARED}/project`, volumeMounts: mounted } satisfies Partial<IContainer>
const toEngine = { name: 'DOCKER_HOST', value: 'tcp://127.0.0.1:2375' }
const notRoot = { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000 }

/** Docker beside each shard, in the same pod: it ends with it (a sidecar, Kubernetes 1.29). */
const engine: IContainer = {
  name: 'engine',
  image: 'docker:28-dind',
  args: ['--host=tcp://127.0.0.1:2375', '--tls=false'],
  restartPolicy: 'Always',
  securityContext: { privileged: true, runAsUser: 0, runAsNonRoot: false },
  // It listens to nobody outside of the pod, so the kubelet cannot ask it: it asks itself.
  startupProbe: {
    exec: { command: ['docker', '--host=tcp://127.0.0.1:2375', 'info'] },
    periodSeconds: 1,
    failureThreshold: 60,
  },
  volumeMounts: [{ name: 'engine', mountPath: '/var/lib/docker' }],
}

const pod = { restartPolicy: 'Never' as const, securityContext: { fsGroup: 1000 } } satisfies Partial<IPodSpec>
const shared = { name: 'shared', persistentVolumeClaim: { claimName: 'mailrig' } }

export const claim: IPersistentVolumeClaim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'mailrig' },
  spec: { accessModes: ['ReadWriteMany'], resources: { requests: { storage: '10Gi' } } },
}

export const shards: IJob = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'mailrig-shards' },
  spec: {
    completionMode: 'Indexed',
    completions: SHARDS,
    parallelism: SHARDS,
    backoffLimitPerIndex: 2,
    // A shard that fails ends no other.
    maxFailedIndexes: SHARDS,
    podFailurePolicy: {
      rules: [
        // A node that goes away says nothing of a server: again, as often as it happens.
        { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        // A verdict, and input that is wrong: the same would come again.
        {
          action: 'FailIndex',
          onExitCodes: { containerName: 'mailrig', operator: 'In', values: [EXIT.failed, EXIT.badInput] },
        },
        // The engine: again, twice.
        { action: 'Count', onExitCodes: { containerName: 'mailrig', operator: 'In', values: [EXIT.engine] } },
      ],
    },
    template: {
      spec: {
        ...pod,
        initContainers: [
          engine,
          {
            ...mailrig,
            name: 'images',
            args: ['build', '--load', `${SHARED}/images.tar`],
            env: [toEngine],
            securityContext: notRoot,
          },
        ],
        containers: [
          {
            ...mailrig,
            name: 'mailrig',
            args: ['run', '--shard', 'auto', '--report', `${SHARED}/shards/$(JOB_COMPLETION_INDEX)`],
            // Kubernetes tells the index, and not of how many.
            env: [
              toEngine,
              { name: 'JOB_COMPLETIONS', value: String(SHARDS) },
              { name: 'MAILRIG_COMMIT', value: 'unknown' },
            ],
            securityContext: notRoot,
          },
        ],
        volumes: [shared, { name: 'engine', emptyDir: {} }],
      },
    },
  },
}

export const report: IJob = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'mailrig-report' },
  spec: {
    backoffLimit: 0,
    template: {
      spec: {
        ...pod,
        containers: [
          {
            ...mailrig,
            name: 'mailrig',
            command: ['sh', '-c', `mailrig report --html ${SHARED}/report ${SHARED}/shards/*/run.json`],
            securityContext: notRoot,
          },
        ],
        volumes: [shared],
      },
    },
  },
}
