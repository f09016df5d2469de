import { ApiProperty } from '@nestjs/swagger';
import { UserView } from '../../users/dto/user.view';
import { TokensView } from './tokens.view';

export class LoggedInView extends TokensView {
  @ApiProperty({ type: UserView })
  user: UserView;
}
