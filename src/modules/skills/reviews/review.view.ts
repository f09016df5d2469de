import type { People } from '../skill.view';
import type { ReviewDto } from './dto/review.dto';
import type { Review } from './schemas/review.schema';

export function reviewView(review: Review, people: People): ReviewDto {
  const author = review.author.toHexString();
  return {
    id: review._id.toHexString(),
    skillId: review.skill.toHexString(),
    author: { id: author, displayName: people.get(author)?.displayName ?? '' },
    rating: review.rating,
    text: review.text,
    createdAt: review.createdAt.toISOString(),
  };
}
