import { awsError, page } from '../../__tests__/server';
import { aws, gatewayWith, inputs, operation } from './fakes';

const quota = (type: string, Value: number) => ({
  QuotaName: `Studio JupyterLab Apps running on ${type} instances`,
  Value
});
const product = (type: string, USD: string) =>
  JSON.stringify({
    product: {
      attributes: { usagetype: `USW2-Studio:JupyterLab-${type}` }
    },
    terms: {
      OnDemand: { a: { priceDimensions: { b: { pricePerUnit: { USD } } } } }
    }
  });

describe('instance types', () => {
  it('are those of the SDK’s model, without the one that is no instance', async () => {
    const { gateway, received } = gatewayWith(() => aws({}));
    const types = await gateway.instances.types();
    expect(types).toContain('ml.g5.xlarge');
    expect(types).not.toContain('system');
    expect(received).toHaveLength(0);
  });
});

describe('quotas', () => {
  it('are read page by page and set against the apps that run', async () => {
    const { gateway, received } = gatewayWith(request => {
      if (operation(request) === 'ListApps') {
        const app = (InstanceType: string, Status: string) => ({
          AppType: 'JupyterLab',
          Status,
          ResourceSpec: { InstanceType }
        });
        return aws({
          Apps: [
            app('ml.g5.xlarge', 'InService'),
            app('ml.g5.xlarge', 'Pending'),
            app('ml.g5.xlarge', 'Deleted')
          ]
        });
      }
      return inputs([request], 'ListServiceQuotas')[0].NextToken
        ? aws({ Quotas: [quota('ml.p4d.24xlarge', 0)] })
        : aws({
            NextToken: 'more',
            Quotas: [
              quota('ml.g5.xlarge', 4),
              { QuotaName: 'ml.g5.xlarge for training job usage', Value: 9 }
            ]
          });
    });
    expect(await gateway.instances.quotas()).toEqual({
      value: {
        'ml.g5.xlarge': { limit: 4, inUse: 2 },
        'ml.p4d.24xlarge': { limit: 0, inUse: 0 }
      }
    });
    const [first] = received.filter(
      request => operation(request) === 'ListServiceQuotas'
    );
    expect(first.path).toBe('aws/servicequotas/');
    expect(first.headers.get('x-amz-target')).toBe(
      'ServiceQuotasV20190624.ListServiceQuotas'
    );
    expect(JSON.parse(first.body)).toEqual({
      ServiceCode: 'sagemaker',
      MaxResults: 100
    });
  });

  it('are AWS’s defaults where nobody has changed one', async () => {
    const { gateway } = gatewayWith(request => {
      switch (operation(request)) {
        case 'ListAWSDefaultServiceQuotas':
          return aws({ Quotas: [quota('ml.t3.medium', 10)] });
        case 'ListServiceQuotas':
          return aws({ Quotas: [] });
        default:
          return aws({ Apps: [] });
      }
    });
    expect((await gateway.instances.quotas()).value).toEqual({
      'ml.t3.medium': { limit: 10, inUse: 0 }
    });
  });

  it('are not known without the permission, with AWS’s reason', async () => {
    const { gateway } = gatewayWith(request =>
      operation(request) === 'ListServiceQuotas'
        ? awsError(
            'com.amazonaws.servicequotas#AccessDeniedException',
            'not authorized to perform: servicequotas:ListServiceQuotas'
          )
        : aws({ Apps: [] })
    );
    expect(await gateway.instances.quotas()).toMatchObject({
      value: null,
      error: {
        code: 'AccessDeniedException',
        operation: 'ListServiceQuotas',
        requestId: 'request-1',
        status: 400
      }
    });
  });

  it('are asked for again when AWS asks to slow down, thrice at most', async () => {
    const { gateway, received } = gatewayWith(request =>
      operation(request) === 'ListServiceQuotas'
        ? awsError('TooManyRequestsException', 'slow down', 429)
        : aws({ Apps: [] })
    );
    expect(await gateway.instances.quotas()).toMatchObject({
      error: { code: 'TooManyRequestsException' }
    });
    const asked = received.filter(
      request => operation(request) === 'ListServiceQuotas'
    );
    expect(asked).toHaveLength(3);
  });

  it('say that the server is signed out rather than something of JSON', async () => {
    const { gateway } = gatewayWith(() => page(200));
    expect(await gateway.instances.quotas()).toMatchObject({
      error: { code: 'SignedOut' }
    });
  });
});

describe('prices', () => {
  it('are those JupyterLab spaces are billed under in this region', async () => {
    const { gateway, received } = gatewayWith(() =>
      aws({
        PriceList: [
          product('ml.t3.medium', '0.0500000000'),
          product('ml.g5.xlarge', '0.0000000000')
        ]
      })
    );
    expect(await gateway.instances.prices()).toEqual({
      value: { 'ml.t3.medium': 0.05 }
    });
    expect(received[0].path).toBe('aws/pricing/');
    expect(inputs(received, 'GetProducts')[0]).toMatchObject({
      ServiceCode: 'AmazonSageMaker',
      Filters: [
        { Type: 'TERM_MATCH', Field: 'regionCode', Value: 'us-west-2' },
        {
          Type: 'TERM_MATCH',
          Field: 'platoinstancetype',
          Value: 'Studio-JupyterLab'
        }
      ]
    });
  });

  it('of training are those of jobs', async () => {
    const { gateway, received } = gatewayWith(() =>
      aws({ PriceList: [product('ml.m5.large', '0.1150000000')] })
    );
    expect(await gateway.instances.trainingPrices()).toEqual({
      value: { 'ml.m5.large': 0.115 }
    });
    expect(inputs(received, 'GetProducts')[0].Filters[1]).toMatchObject({
      Field: 'platoinstancetype',
      Value: 'Training'
    });
  });
});
