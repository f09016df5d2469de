import { PageQuery } from '../../../common/http/pagination';

export class ListPaymentsQuery extends PageQuery {}
