export * from '@itori/client';
