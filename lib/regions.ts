/** Regions of AWS in the EU, the EEA, Switzerland and the United Kingdom: where data may live unless the configuration says otherwise. */
export const europeanRegions = [
  'eu-south-1',
  'eu-central-1',
  'eu-central-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'eu-south-2',
  'eu-north-1',
] as const;
