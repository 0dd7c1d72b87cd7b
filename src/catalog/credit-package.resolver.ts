import { Query, Resolver } from 'type-graphql';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { CatalogService } from './catalog.service.js';
import { CreditPackageType } from './credit-package.types.js';

@Resolver()
export class CreditPackageResolver {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly catalog: CatalogService,
  ) {}

  @Query(() => [CreditPackageType], {
    description: 'The credit packages on sale, smallest first. Public: it needs no API key.',
  })
  async creditPackages(): Promise<CreditPackageType[]> {
    const offers = await this.uow.read((em) => this.catalog.offers(em));
    const [smallest] = offers;
    return smallest ? offers.map((offer) => new CreditPackageType(offer, smallest)) : [];
  }
}
